import { expect, it } from 'vitest';
import { makePhoto } from '@/shared/testing/samples';
import { changedPrefix, inOrder, moved } from './order';

const ids = ['a', 'b', 'c', 'd'];

it.each([
  ['a', 3, ['b', 'c', 'd', 'a']],
  ['d', 0, ['d', 'a', 'b', 'c']],
  ['b', 2, ['a', 'c', 'b', 'd']],
  ['b', 1, ids],
  ['a', 99, ['b', 'c', 'd', 'a']],
  ['d', -1, ['d', 'a', 'b', 'c']],
])('moves %s to %i', (id, to, wanted) => expect(moved(ids, id, to)).toEqual(wanted));

it('sends the shortest prefix that changed', () => {
  expect(changedPrefix(ids, ['b', 'a', 'c', 'd'])).toEqual(['b', 'a']);
  expect(changedPrefix(ids, ['b', 'c', 'd', 'a'])).toEqual(['b', 'c', 'd', 'a']);
  expect(changedPrefix(ids, ids)).toEqual([]);
});

it('keeps page sizes and cursors', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((id) => makePhoto({ id }));
  const pages = [
    { items: [a, b].flatMap((photo) => photo ?? []), next_cursor: 'next' },
    { items: [c].flatMap((photo) => photo ?? []), next_cursor: null },
  ];
  const after = inOrder({ pages, pageParams: [null, 'next'] }, ['c', 'a', 'b']);
  expect(after.pages.map((page) => page.items.map(({ id }) => id))).toEqual([['c', 'a'], ['b']]);
  expect(after.pages.map((page) => page.next_cursor)).toEqual(['next', null]);
});
