import type { ApiProblem } from '@/shared/api';

export type Wait = { why: 'line' | 'limit' | 'server'; ms: number };

/** Tries in vain, one after the other, after which a person is asked to look. */
const most = 7;
const longestMs = 15_000;

const growing = (failures: number) => Math.min(1_000 * 2 ** failures, longestMs);

/**
 * How long to wait before going on with an upload that broke off; null when that would not help.
 *
 * @param failures how often in a row it broke off without a byte more
 */
export function patienceOf(problem: ApiProblem, failures: number, now = Date.now()): Wait | null {
  if (problem.status === 429) {
    // A folder of hundreds meets the limit of uploads a minute: that is no failure.
    return { why: 'limit', ms: Math.max(1_000, (problem.retryAt ?? now + longestMs) - now) };
  }
  if (failures >= most) return null;
  if (problem.status === 0) return { why: 'line', ms: growing(failures) };
  // 409, 423: the server still holds the request that broke off. 507 is a full disk, which stays.
  const passes = [409, 423, 502, 503, 504].includes(problem.status);
  return passes ? { why: 'server', ms: growing(failures) } : null;
}

/** Waits that long, and while the browser knows itself to be offline; less when it comes back. */
export function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const end = () => {
      if (!navigator.onLine && !signal.aborted) return;
      clearTimeout(timer);
      done.abort();
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(end, ms);
    window.addEventListener('online', end, { signal: done.signal });
    signal.addEventListener('abort', end, { signal: done.signal });
  });
}
