import { expect, it } from 'vitest';
import { regionOf } from './region';

const side = 10;

/** A map with 1 where `here` is true, else 0. */
const map = (here: (x: number, y: number) => boolean) =>
  Array.from({ length: side * side }, (_, i) => (here(i % side, Math.floor(i / side)) ? 1 : 0));

it.each([
  ['bottom-left', (x: number, y: number) => x < 3 && y > 6],
  ['top-right', (x: number, y: number) => x > 6 && y < 3],
  ['top', (_x: number, y: number) => y < 2],
  ['right', (x: number) => x > 7],
  ['centre', (x: number, y: number) => x > 3 && x < 6 && y > 3 && y < 6],
  ['everywhere', () => true],
] as const)('says %s', (region, here) => {
  expect(regionOf(map(here), side)).toBe(region);
});

it('ignores a faint veil', () => {
  const veiled = map((x, y) => x < 3 && y < 3).map((weight) => weight || 0.1);
  expect(regionOf(veiled, side)).toBe('top-left');
});

it('returns null for an empty map', () => {
  expect(
    regionOf(
      map(() => false),
      side,
    ),
  ).toBeNull();
});
