import { expect, it } from 'vitest';
import { ApiProblem } from '@/shared/api';
import { patienceOf } from './retry';

const problem = (status: number, retryAt: number | null = null) =>
  new ApiProblem({ code: 'some', status, retryAt });

it.each([
  [0, 'line'],
  [409, 'server'],
  [423, 'server'],
  [503, 'server'],
])('a broken line or a busy server (%i) is waited for', (status, why) => {
  expect(patienceOf(problem(status), 0)).toEqual({ why, ms: 1_000 });
  expect(patienceOf(problem(status), 3)).toEqual({ why, ms: 8_000 });
});

it.each([401, 413, 415, 422, 500, 507])('%i is a failure', (status) => {
  expect(patienceOf(problem(status), 0)).toBeNull();
});

it('gives up in the end, so that a person looks at it', () => {
  expect(patienceOf(problem(0), 7)).toBeNull();
});

it('waits for the limit of uploads a minute as long as the server says, however often', () => {
  expect(patienceOf(problem(429, 31_000), 50, 1_000)).toEqual({ why: 'limit', ms: 30_000 });
});
