import { useEffect, useState } from 'react';

/** Windows a second: what passes faster is gone before it has been loaded. */
const fastest = 3;
const restMs = 100;

export type Pace = { at: number; y: number; flying: boolean };

/** How the list moves after it was seen at `y` pixels, `at` milliseconds. */
export function paced(before: Pace, at: number, y: number, windowHeight: number): Pace {
  const speed = Math.abs(y - before.y) / Math.max(at - before.at, 1);
  return { at, y, flying: speed * 1000 > fastest * windowHeight };
}

let pace: Pace = { at: 0, y: 0, flying: false };
const waiting = new Set<() => void>();
let resting: ReturnType<typeof setTimeout> | undefined;

function rest(): void {
  pace.flying = false;
  for (const load of waiting) load();
}

function onScroll(): void {
  pace = paced(pace, performance.now(), window.scrollY, window.innerHeight);
  clearTimeout(resting);
  if (pace.flying) resting = setTimeout(rest, restMs);
  else if (waiting.size > 0) rest();
}

/** Watches how fast the window scrolls, for the tiles of a list. */
export function usePace(): void {
  useEffect(() => {
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => window.removeEventListener('scroll', onScroll);
  }, []);
}

/** Whether what appears now is worth loading; what flies past waits until the list comes to rest. */
export function useWorthLoading(): boolean {
  const [worth, setWorth] = useState(() => !pace.flying);
  useEffect(() => {
    if (worth) return;
    const load = () => setWorth(true);
    if (!pace.flying) return load();
    waiting.add(load);
    return () => {
      waiting.delete(load);
    };
  }, [worth]);
  return worth;
}
