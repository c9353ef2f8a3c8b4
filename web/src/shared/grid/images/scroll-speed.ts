import { useEffect, useState } from 'react';

/** Windows a second: what passes faster is gone before it has been loaded. */
const fastest = 3;
const restMs = 100;

type Seen = { at: number; y: number };

/** Whether a list that was seen at `before` and is seen at `now` (milliseconds, pixels) flies past. */
export function flies(before: Seen, now: Seen, windowHeight: number): boolean {
  const speed = Math.abs(now.y - before.y) / Math.max(now.at - before.at, 1);
  return speed * 1000 > fastest * windowHeight;
}

let seen: Seen = { at: 0, y: 0 };
let flying = false;
const waiting = new Set<() => void>();
let resting: ReturnType<typeof setTimeout> | undefined;

function rest(): void {
  flying = false;
  for (const load of waiting) load();
}

/** One step that comes late looks slow: only a while of slow ones is rest. */
function onScroll(): void {
  const now = { at: performance.now(), y: window.scrollY };
  const fast = flies(seen, now, window.innerHeight);
  seen = now;
  if (!fast) return;
  flying = true;
  clearTimeout(resting);
  resting = setTimeout(rest, restMs);
}

// Before the list takes in new tiles: asked after that, the window lays them all out in order to answer.
const first = { passive: true, capture: true };

/** Watches how fast the window scrolls, for the tiles of a list. */
export function usePace(): void {
  useEffect(() => {
    window.addEventListener('scroll', onScroll, first);
    return () => window.removeEventListener('scroll', onScroll, first);
  }, []);
}

/** Whether what appears now is worth loading; what flies past waits until the list comes to rest. */
export function useWorthLoading(): boolean {
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
