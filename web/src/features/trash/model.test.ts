import { expect, it } from 'vitest';
import { makePhoto } from '@/shared/testing/photo';
import { focusAfter, photosIn, withoutPhoto } from './model';

const [a, b, c] = ['a', 'b', 'c'].map((id) => makePhoto({ id }));
const photos = [a, b, c].filter((photo) => photo !== undefined);

it('takes a photo out and keeps the cursors', () => {
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

it('moves the focus to the neighbour of what left', () => {
  expect(focusAfter(photos, 'a')).toBe('b');
  expect(focusAfter(photos, 'c')).toBe('b');
  expect(focusAfter(photos.slice(0, 1), 'a')).toBeNull();
});
