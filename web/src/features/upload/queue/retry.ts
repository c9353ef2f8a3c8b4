import type { ApiProblem } from '@/shared/api';

export type Wait = { why: 'connection' | 'limit' | 'server'; ms: number };

/** Consecutive failures after which the upload gives up. */
const most = 7;
const longestMs = 15_000;

const backoffMs = (failures: number) => Math.min(1_000 * 2 ** failures, longestMs);

/**
 * Delay before resuming an interrupted upload; null if a retry is pointless.
 *
 * @param failures consecutive interruptions without progress
 */
export function retryDelay(problem: ApiProblem, failures: number, now = Date.now()): Wait | null {
  if (problem.status === 429) {
    // A large folder hits the upload rate limit: not a failure.
    return { why: 'limit', ms: Math.max(1_000, (problem.retryAt ?? now + longestMs) - now) };
  }
  if (failures >= most) return null;
  if (problem.status === 0) return { why: 'connection', ms: backoffMs(failures) };
  // 409, 423: the server still holds the interrupted request. 507, a full disk, is not retried.
  // See docs/decisions/0023.
  const passes = [409, 423, 502, 503, 504].includes(problem.status);
  return passes ? { why: 'server', ms: backoffMs(failures) } : null;
}

/** Wait that long, and until online; less when the connection returns. */
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
