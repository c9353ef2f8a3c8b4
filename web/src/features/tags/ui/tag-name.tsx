import { type ReactNode, Suspense, useEffect, useId, useRef, useState } from 'react';
import type { Tag } from '@/shared/api';
import { type Bindings, useKeys } from '@/shared/keys';
import { fetchAhead, lazyPart } from '@/shared/ui/lazy-part';
import type { Word } from '../last-decision';

const loadCard = () => import('./tag-card');
const TagCard = lazyPart(loadCard);

/** A pointer that does not rest opens nothing. */
const restMs = 350;
/** On its way to the card the pointer may leave both for a moment. */
const leaveMs = 120;

type Props = {
  tag: Tag;
  /** What a person said of it, where that is known. */
  word: Word | null;
  className?: string;
  /** What a press does besides; alone it opens the card where nothing hovers. */
  onPress?: () => void;
  pressed?: boolean | undefined;
  children: ReactNode;
};

/** A tag's name; resting on it, or coming to it by key, shows where the tag comes from. */
export function TagName({ tag, word, className = '', onPress, pressed, children }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const timer = useRef(0);
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(false);
  const set = (next: boolean, afterMs = 0) => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      if (next) setWanted(true);
      setOpen(next);
    }, afterMs);
  };
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const bindings: Bindings = {};
  if (open) bindings.Escape = () => set(false);
  useKeys(bindings);
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-describedby={open ? id : undefined}
        aria-pressed={pressed}
        className={className}
        // A move, not an entry: names that scroll under a pointer at rest stay quiet.
        onPointerMove={({ pointerType }) => {
          if (pointerType !== 'mouse') return;
          fetchAhead(loadCard);
          set(true, restMs);
        }}
        onPointerLeave={({ pointerType }) => pointerType === 'mouse' && set(false, leaveMs)}
        onFocus={({ target }) => target.matches(':focus-visible') && set(true)}
        onBlur={() => set(false)}
        onClick={() => {
          onPress?.();
          if (!onPress || window.matchMedia('(hover: none)').matches) set(!open);
        }}
      >
        {children}
      </button>
      <Suspense fallback={null}>
        {wanted && (
          <TagCard
            id={id}
            tag={tag}
            word={word}
            anchor={button}
            open={open}
            onHold={() => set(true)}
            onLeave={() => set(false, leaveMs)}
            onClose={() => set(false)}
          />
        )}
      </Suspense>
    </>
  );
}
