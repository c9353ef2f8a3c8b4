import { type ReactNode, useEffect, useRef } from 'react';
import type { Photo, Tag } from '@/shared/api';
import { t } from '@/shared/i18n';
import { useKeys } from '@/shared/keys';
import { type Decision, removal, type TagLists } from '../decision';
import { lastDecisionOn } from '../last-decision';
import { groupForOwner, publishedAt } from '../model';
import { AddTag } from './add-tag';
import { ConfirmedChip, RejectedChip } from './decided-chip';
import { TagRow } from './tag-row';

type Props = {
  lists: TagLists;
  /** Shown when there are no tags. */
  none: ReactNode;
  explained: string | null;
  decisions: Photo['decisions'] | undefined;
  waiting: string[];
  onDecide: (label: string, decision: Decision) => void;
  onAdd: (labels: string[]) => void;
  onExplain: (label: string) => void;
};

const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9];

const focusedTag = () => document.activeElement?.closest<HTMLElement>('[data-tag]') ?? null;

/** A decided row moves to another group; the focus goes to its neighbour. */
function useFocusAfter(lists: TagLists) {
  const box = useRef<HTMLDivElement>(null);
  const next = useRef<string | null>(null);
  const remember = () => {
    const row = focusedTag();
    const neighbour = row?.nextElementSibling ?? row?.previousElementSibling;
    next.current = neighbour instanceof HTMLElement ? (neighbour.dataset.tag ?? null) : null;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows move when the lists change
  useEffect(() => {
    const label = next.current;
    if (label === null || document.activeElement !== document.body) return;
    next.current = null;
    box.current?.querySelector<HTMLElement>(`[data-tag="${CSS.escape(label)}"]`)?.focus();
  }, [lists]);
  return { box, remember };
}

/** Editor of the user's own tags: each decision is one click or key. */
export function TagEditor(props: Props) {
  const { lists, none, explained, decisions, waiting, onDecide, onAdd, onExplain } = props;
  const { confirmed, suggested, lessLikely, rejected, modelVersion } = groupForOwner(lists);
  const madeAt = publishedAt(modelVersion);
  const input = useRef<HTMLInputElement>(null);
  const { box, remember } = useFocusAfter(lists);
  const decide = (label: string, decision: Decision) => {
    remember();
    onDecide(label, decision);
  };

  const onFocused = (act: (tag: Tag) => void) => () => {
    const label = focusedTag()?.dataset.tag;
    const tag = lists.all.find((each) => each.label === label);
    if (tag) act(tag);
  };
  const focusDigit = (digit: number) => () => {
    const label = suggested[digit - 1]?.label;
    // Focus the name, which opens the card with the tag's source.
    const name = label && `[data-tag="${CSS.escape(label)}"] button`;
    if (name) box.current?.querySelector<HTMLElement>(name)?.focus();
  };
  useKeys({
    t: () => input.current?.focus(),
    a: onFocused((tag) => tag.state !== 'accepted' && decide(tag.label, 'accepted')),
    x: onFocused((tag) => decide(tag.label, tag.state === 'accepted' ? removal(tag) : 'rejected')),
    h: () => {
      const label = focusedTag()?.dataset.tag ?? explained ?? suggested[0]?.label;
      if (label) onExplain(label);
    },
    ...Object.fromEntries(digits.map((digit) => [String(digit), focusDigit(digit)])),
  });

  const row = (tag: Tag, digit?: number) => (
    <TagRow
      key={tag.label}
      tag={tag}
      digit={digit}
      explained={explained === tag.label}
      waits={waiting.includes(tag.label)}
      onDecide={decide}
      onExplain={onExplain}
    />
  );
  return (
    <div ref={box} className="flex max-w-[440px] flex-col gap-4">
      {confirmed.length + suggested.length === 0 && none}
      {confirmed.length > 0 && (
        <Group title={t.tags.confirmed}>
          <ul aria-label={t.tags.confirmed} className="flex flex-wrap gap-2">
            {confirmed.map((tag) => (
              <ConfirmedChip
                key={tag.label}
                tag={tag}
                word={lastDecisionOn(tag, decisions ?? undefined, true)}
                waits={waiting.includes(tag.label)}
                onDecide={decide}
              />
            ))}
          </ul>
        </Group>
      )}
      {suggested.length > 0 && (
        <Group title={madeAt ? t.tags.suggestedBy(madeAt) : t.tags.suggested}>
          <ul aria-label={t.tags.suggested} className="flex flex-col gap-1.5">
            {suggested.map((tag, index) => row(tag, index < 9 ? index + 1 : undefined))}
          </ul>
        </Group>
      )}
      <AddTag all={lists.all} onAdd={onAdd} input={input} />
      <Folded title={t.tags.lessLikely(lessLikely.length)} shown={lessLikely.length > 0}>
        <ul aria-label={t.tags.lessLikely(lessLikely.length)} className="flex flex-col gap-1.5">
          {lessLikely.map((tag) => row(tag))}
        </ul>
      </Folded>
      <Folded title={t.tags.rejected(rejected.length)} shown={rejected.length > 0}>
        <ul aria-label={t.tags.rejected(rejected.length)} className="flex flex-wrap gap-2">
          {rejected.map((tag) => (
            <RejectedChip
              key={tag.label}
              tag={tag}
              word={lastDecisionOn(tag, decisions ?? undefined, true)}
              waits={waiting.includes(tag.label)}
              onDecide={decide}
            />
          ))}
        </ul>
      </Folded>
    </div>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-2">
      <h3 className="text-12 text-muted">{title}</h3>
      {children}
    </div>
  );
}

type FoldedProps = { title: string; shown: boolean; children: ReactNode };

function Folded({ title, shown, children }: FoldedProps) {
  if (!shown) return null;
  return (
    <details className="flex flex-col">
      <summary className="w-fit cursor-pointer rounded-control py-1 pe-2 text-12 text-muted hover:text-text">
        {title}
      </summary>
      <div className="pt-2">{children}</div>
    </details>
  );
}
