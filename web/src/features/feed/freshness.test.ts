import { expect, it } from 'vitest';
import { headSize } from './api';
import { newPhotos } from './freshness';

it('counts the photos above the newest one that is loaded', () => {
  expect(newPhotos(['c', 'b', 'a'], new Set(['a']))).toEqual({ count: 2, more: false });
  expect(newPhotos(['a'], new Set(['a']))).toEqual({ count: 0, more: false });
});

it('says that there are more where it cannot see the end of them', () => {
  const head = Array.from({ length: headSize }, (_, i) => `new${i}`);
  expect(newPhotos(head, new Set(['a']))).toEqual({ count: headSize, more: true });
});

it('does not take a photo that was removed for a new one', () => {
  expect(newPhotos(['b', 'a'], new Set(['removed', 'b', 'a']))).toEqual({ count: 0, more: false });
});
