import { expect, it } from 'vitest';
import { makePhoto } from '@/shared/testing/samples';
import { daysLeft, focusAfter, photosIn, withoutPhoto } from './model';

const [a, b, c] = ['a', 'b', 'c'].map((id) => makePhoto({ id }));
const photos = [a, b, c].filter((photo) => photo !== undefined);

it('removes a photo and keeps the cursors', () => {
  const data = {
    pages: [
      { items: photos.slice(0, 2), next_cursor: 'next' },
      { items: photos.slice(2), next_cursor: null },
    ],
    pageParams: [null, 'next'],
  };
  const left = withoutPhoto(data, 'b');
  expect(photosIn(left).map(({ id }) => id)).toEqual(['a', 'c']);
  expect(left.pages.map((page) => page.next_cursor)).toEqual(['next', null]);
});

it.each([
  ['2026-11-01T12:00:00Z', 30],
  ['2026-11-02T11:59:00Z', 29],
  ['2026-12-01T11:00:00Z', 0],
  ['2027-01-01T00:00:00Z', 0],
])('counts the remaining days at %s: %i', (now, left) => {
  expect(daysLeft('2026-11-01T12:00:00Z', Date.parse(now))).toBe(left);
});

it('moves the focus to the neighbour of a removed photo', () => {
  expect(focusAfter(photos, 'a')).toBe('b');
  expect(focusAfter(photos, 'c')).toBe('b');
  expect(focusAfter(photos.slice(0, 1), 'a')).toBeNull();
});
