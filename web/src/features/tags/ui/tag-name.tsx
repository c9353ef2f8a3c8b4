import { type ReactNode, Suspense, useEffect, useId, useRef, useState } from 'react';
import type { Tag } from '@/shared/api';
import { type Bindings, useKeys } from '@/shared/keys';
import { lazyComponent, preload } from '@/shared/ui/lazy-component';
import type { LastDecision } from '../last-decision';

const loadCard = () => import('./tag-card');
const TagCard = lazyComponent(loadCard);

/** The pointer must rest this long before the card opens. */
const restMs = 350;
/** The pointer may leave both briefly on its way to the card. */
const leaveMs = 120;

type Props = {
  tag: Tag;
  /** The last decision, if known. */
  word: LastDecision | null;
  className?: string;
  /** Action on click; without it, a click opens the card on touch screens. */
  onPress?: () => void;
  pressed?: boolean | undefined;
  children: ReactNode;
};

/** A tag's name; hovering or focusing it shows where the tag comes from. */
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
        // `pointermove`, not `pointerenter`: names that scroll under a resting pointer stay closed.
        onPointerMove={({ pointerType }) => {
          if (pointerType !== 'mouse') return;
          preload(loadCard);
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
