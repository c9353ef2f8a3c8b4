import { expect, it } from 'vitest';
import { ApiProblem } from '@/shared/api';
import { retryDelay } from './retry';

const problem = (status: number, retryAt: number | null = null) =>
  new ApiProblem({ code: 'some', status, retryAt });

it.each([
  [0, 'connection'],
  [409, 'server'],
  [423, 'server'],
  [503, 'server'],
])('waits for the connection or a busy server (%i)', (status, why) => {
  expect(retryDelay(problem(status), 0)).toEqual({ why, ms: 1_000 });
  expect(retryDelay(problem(status), 3)).toEqual({ why, ms: 8_000 });
});

it.each([401, 413, 415, 422, 500, 507])('gives up on %i', (status) => {
  expect(retryDelay(problem(status), 0)).toBeNull();
});

it('gives up after repeated failures', () => {
  expect(retryDelay(problem(0), 7)).toBeNull();
});

it('waits for the rate limit as long as the server asks, any number of times', () => {
  expect(retryDelay(problem(429, 31_000), 50, 1_000)).toEqual({ why: 'limit', ms: 30_000 });
});
