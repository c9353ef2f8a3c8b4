import { useEffect, useState } from 'react';

/** Longer than rendering and tagging take while workers run. */
const slowMs = 20_000;

/** True once `waiting` has lasted unusually long. */
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
