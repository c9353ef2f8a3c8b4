import { expect, it } from 'vitest';
import { isFling } from './scroll-speed';

const before = { at: 1000, y: 0 };

it.each([
  ['a turn of the wheel', 1016, 20, false],
  ['a fling', 1016, 67, true],
  ['a jump after a rest', 4000, 5000, false],
  ['a fling upwards', 1016, -67, true],
  ['two events of one moment', 1000, 2, false],
])('%s', (_what, at, y, fast) => {
  expect(isFling(before, { at, y }, 900)).toBe(fast);
});
