import { RotateCcw, X } from 'lucide-react';
import type { Tag } from '@/shared/api';
import { t } from '@/shared/i18n';
import { QueuedMark } from '@/shared/ui';
import { type Decision, removal } from '../decision';
import type { LastDecision } from '../last-decision';
import { labelText } from '../model';
import { TagName } from './tag-name';

type Props = {
  tag: Tag;
  word: LastDecision | null;
  /** Whether the decision is queued offline. */
  waits: boolean;
  onDecide: (label: string, decision: Decision) => void;
};

const shape =
  'inline-flex h-7 items-center gap-1.5 overflow-hidden rounded-chip border ps-3 text-13 pointer-coarse:h-11';
const action =
  '-ms-1.5 inline-flex w-7 items-center justify-center self-stretch focus-visible:-outline-offset-2 pointer-coarse:w-11';

/** A confirmed tag: solid. */
export function ConfirmedChip({ tag, word, waits, onDecide }: Props) {
  const name = labelText(tag.label);
  return (
    <li data-tag={tag.label} tabIndex={-1} className={`${shape} border-text bg-text text-bg`}>
      <TagName
        tag={tag}
        word={word}
        className="min-w-6 max-w-64 self-stretch truncate text-start font-medium"
      >
        {name}
      </TagName>
      {waits && <QueuedMark />}
      <button
        type="button"
        aria-label={t.tags.remove(name)}
        title={t.tags.remove(name)}
        className={`${action} opacity-80 hover:opacity-100`}
        onClick={() => onDecide(tag.label, removal(tag))}
      >
        <X aria-hidden size={14} />
      </button>
    </li>
  );
}

/** A rejected tag: struck through, kept so that it does not come back. */
export function RejectedChip({ tag, word, waits, onDecide }: Props) {
  const name = labelText(tag.label);
  return (
    <li data-tag={tag.label} tabIndex={-1} className={`${shape} border-line-strong text-muted`}>
      <TagName tag={tag} word={word} className="min-w-6 self-stretch text-start">
        <s>{name}</s>
      </TagName>
      {waits && <QueuedMark />}
      <button
        type="button"
        aria-label={t.tags.takeBack(name)}
        title={t.tags.takeBack(name)}
        className={`${action} hover:text-text`}
        onClick={() => onDecide(tag.label, null)}
      >
        <RotateCcw aria-hidden size={14} />
      </button>
    </li>
  );
}
