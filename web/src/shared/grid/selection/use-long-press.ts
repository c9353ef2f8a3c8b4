import { type PointerEvent, useEffect, useMemo, useRef } from 'react';

const pressMs = 450;
/** A touch that moves farther scrolls, in CSS pixels. */
const slack = 10;

/** Detect a long press and swallow the click that follows it. */
export function useLongPress(onPress: (element: HTMLElement) => void) {
  const latest = useRef(onPress);
  useEffect(() => {
    latest.current = onPress;
  });
  const press = useRef({ timer: 0, x: 0, y: 0, done: false });
  const handlers = useMemo(() => {
    const stop = () => window.clearTimeout(press.current.timer);
    return {
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        if (event.pointerType !== 'touch') return;
        const element = event.target as HTMLElement;
        stop();
        press.current = { timer: 0, x: event.clientX, y: event.clientY, done: false };
        press.current.timer = window.setTimeout(() => {
          press.current.done = true;
          latest.current(element);
        }, pressMs);
      },
      onPointerMove: (event: PointerEvent) => {
        const { x, y } = press.current;
        if (Math.hypot(event.clientX - x, event.clientY - y) > slack) stop();
      },
      onPointerUp: stop,
      onPointerCancel: stop,
    };
  }, []);
  /** Whether the current click ends a long press; true once. */
  const endsPress = () => {
    const { done } = press.current;
    press.current.done = false;
    return done;
  };
  return { handlers, endsPress };
}
