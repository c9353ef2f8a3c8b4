import { type TouchEvent, useRef } from 'react';

/** Minimal horizontal distance of a swipe, in CSS pixels. */
const swipe = 56;

/** Touch handlers for swiping between photos. */
export function useSwipe(onPrevious: (() => void) | null, onNext: (() => void) | null) {
  const start = useRef<{ x: number; y: number } | null>(null);
  return {
    onTouchStart: ({ touches }: TouchEvent) => {
      const touch = touches[0];
      start.current = touches.length === 1 && touch ? { x: touch.clientX, y: touch.clientY } : null;
    },
    onTouchEnd: ({ changedTouches }: TouchEvent) => {
      const touch = changedTouches[0];
      if (!start.current || !touch) return;
      const x = touch.clientX - start.current.x;
      const y = touch.clientY - start.current.y;
      if (Math.abs(x) < swipe || Math.abs(y) > Math.abs(x) / 2) return;
      (x > 0 ? onPrevious : onNext)?.();
    },
  };
}
