import { expect, it } from 'vitest';
import { paced } from './pace';

const still = { at: 1000, y: 0, flying: false };

it.each([
  ['a turn of the wheel', 1016, 20, false],
  ['a fling', 1016, 67, true],
  ['a jump after a rest', 4000, 5000, false],
  ['a fling upwards', 1016, -67, true],
])('%s', (_what, at, y, flying) => {
  expect(paced(still, at, y, 900).flying).toBe(flying);
});

it('is not put off by two events of one moment', () => {
  expect(paced(still, 1000, 2, 900).flying).toBe(false);
});
