import { expect, it } from 'vitest';
import { headSize } from './api';
import { newPhotos } from './freshness';

it('counts the photos newer than the newest loaded one', () => {
  expect(newPhotos(['c', 'b', 'a'], new Set(['a']))).toEqual({ count: 2, more: false });
  expect(newPhotos(['a'], new Set(['a']))).toEqual({ count: 0, more: false });
});

it('reports more if the loaded photos are out of sight', () => {
  const head = Array.from({ length: headSize }, (_, i) => `new${i}`);
  expect(newPhotos(head, new Set(['a']))).toEqual({ count: headSize, more: true });
});

it('does not count a removed photo as new', () => {
  expect(newPhotos(['b', 'a'], new Set(['removed', 'b', 'a']))).toEqual({ count: 0, more: false });
});
