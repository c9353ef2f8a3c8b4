import { useEffect, useState } from 'react';

/** Windows per second; faster tiles are gone before they load. */
const maxSpeed = 3;
const restMs = 100;

type Seen = { at: number; y: number };

/** Whether the scroll from `before` to `now` (milliseconds, pixels) is too fast to load tiles. */
export function isFling(before: Seen, now: Seen, windowHeight: number): boolean {
  const speed = Math.abs(now.y - before.y) / Math.max(now.at - before.at, 1);
  return speed * 1000 > maxSpeed * windowHeight;
}

let seen: Seen = { at: 0, y: 0 };
let flying = false;
const waiting = new Set<() => void>();
let resting: ReturnType<typeof setTimeout> | undefined;

function rest(): void {
  flying = false;
  for (const load of waiting) load();
}

/** A single delayed event looks slow; only a pause counts as rest. */
function onScroll(): void {
  const now = { at: performance.now(), y: window.scrollY };
  const fast = isFling(seen, now, window.innerHeight);
  seen = now;
  if (!fast) return;
  flying = true;
  clearTimeout(resting);
  resting = setTimeout(rest, restMs);
}

// Capture phase, before new tiles mount: reading the position later would force a layout.
const first = { passive: true, capture: true };

/** Track the scroll speed of the window. */
export function useScrollSpeed(): void {
  useEffect(() => {
    window.addEventListener('scroll', onScroll, first);
    return () => window.removeEventListener('scroll', onScroll, first);
  }, []);
}

/** Whether a tile should load now; fast scrolling defers it. */
export function useShouldLoad(): boolean {
  const [worth, setWorth] = useState(() => !flying);
  useEffect(() => {
    if (worth) return;
    const load = () => setWorth(true);
    if (!flying) return load();
    waiting.add(load);
    return () => {
      waiting.delete(load);
    };
  }, [worth]);
  return worth;
}
