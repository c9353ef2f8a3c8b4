import { useEffect, useState } from 'react';

/** Longer than thumbnail and tags ever take while their makers are there. */
const slowMs = 20_000;

/** True when something has been waited for so long that it deserves a word. */
export function useSlow(waits: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!waits) return;
    const timer = setTimeout(() => setSlow(true), slowMs);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [waits]);
  return slow;
}
