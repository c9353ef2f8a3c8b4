import { ApiProblem } from '@/shared/api';

export type LinkState = 'open' | 'locked' | 'expired' | 'unknown' | 'failed';

/** State of a share link, from the server's error; `failed` can be retried. */
export function linkState(error: unknown): LinkState {
  if (!error) return 'open';
  if (!(error instanceof ApiProblem)) return 'failed';
  if (error.code === 'password_required' || error.code === 'wrong_password') return 'locked';
  if (error.code === 'link_expired') return 'expired';
  return error.status === 404 ? 'unknown' : 'failed';
}

/** Aspect ratio, clamped as in the gateway's share page, or a panorama would fill a row. */
export function rowRatio({ width, height }: { width: number; height: number }): number {
  return Math.round(Math.min(Math.max(width / Math.max(height, 1), 0.5), 2.8) * 1e4) / 1e4;
}
