import { expect, it } from 'vitest';
import { ApiProblem } from '@/shared/api';
import { linkState, rowRatio } from './model';

it.each([
  ['password_required', 401, 'locked'],
  ['wrong_password', 401, 'locked'],
  ['link_expired', 410, 'expired'],
  ['not_found', 404, 'unknown'],
  ['rate_limited', 429, 'failed'],
  ['network', 0, 'failed'],
] as const)('%s (%i) is %s', (code, status, wanted) => {
  expect(linkState(new ApiProblem({ code, status }))).toBe(wanted);
});

it('is open without an error', () => expect(linkState(null)).toBe('open'));

it('clamps panoramas, towers and photos without a height', () => {
  const ratios = [
    [900, 600],
    [9000, 600],
    [300, 1200],
    [900, 0],
  ].map(([width = 0, height = 0]) => rowRatio({ width, height }));
  expect(ratios).toEqual([1.5, 2.8, 0.5, 2.8]);
});
