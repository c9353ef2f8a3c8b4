import { Check, Eye, type LucideIcon, X } from 'lucide-react';
import type { ComponentProps } from 'react';
import type { Tag } from '@/shared/api';
import { t } from '@/shared/i18n';
import { QueuedMark } from '@/shared/ui';
import type { Decision } from '../decision';
import { labelText } from '../model';
import { TagName } from './tag-name';

type ActProps = ComponentProps<'button'> & { icon: LucideIcon; label: string };

/** As tall as its row: 44 px on touch screens. */
function Act({ icon: Icon, label, className = '', ...rest }: ActProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`inline-flex w-8 items-center justify-center self-stretch text-muted transition-colors focus-visible:-outline-offset-2 pointer-coarse:w-11 ${className}`}
      {...rest}
    >
      <Icon aria-hidden size={16} strokeWidth={2} />
    </button>
  );
}

type Props = {
  tag: Tag;
  /** Shortcut digit of the first nine. */
  digit?: number | undefined;
  explained: boolean;
  /** Whether its decision is queued offline. */
  waits: boolean;
  onDecide: (label: string, decision: Decision) => void;
  onExplain: (label: string) => void;
};

/** A suggestion with Accept and Reject. */
export function TagRow({ tag, digit, explained, waits, onDecide, onExplain }: Props) {
  const name = labelText(tag.label);
  const score = tag.score ?? 0;
  return (
    <li
      data-tag={tag.label}
      tabIndex={-1}
      className="relative flex min-h-9 items-center overflow-hidden rounded-chip border border-model border-dashed pe-1 ps-4 text-13 text-model pointer-coarse:min-h-11"
    >
      {digit !== undefined && (
        <span aria-hidden className="w-5 text-12 text-muted tabular-nums pointer-coarse:hidden">
          {digit}
        </span>
      )}
      <TagName
        tag={tag}
        word={null}
        className="min-w-6 self-stretch truncate text-start font-medium"
      >
        {name}
      </TagName>
      {waits && (
        <span className="ms-1.5">
          <QueuedMark />
        </span>
      )}
      <span className="ms-auto pe-1 ps-2 tabular-nums">{t.tags.score(score)}</span>
      <span className="flex self-stretch">
        <Act
          icon={Eye}
          label={t.tags.why(name)}
          aria-pressed={explained}
          className={explained ? 'bg-sunken text-text!' : 'hover:text-text'}
          onClick={() => onExplain(tag.label)}
        />
        <Act
          icon={Check}
          label={t.tags.accept(name)}
          className="hover:text-accept"
          onClick={() => onDecide(tag.label, 'accepted')}
        />
        <Act
          icon={X}
          label={t.tags.reject(name)}
          className="hover:text-reject"
          onClick={() => onDecide(tag.label, 'rejected')}
        />
      </span>
      <span aria-hidden className="absolute inset-x-4 bottom-0 h-0.5">
        <span className="block h-full bg-model" style={{ width: `${score * 100}%` }} />
      </span>
    </li>
  );
}
