import { expect, it } from 'vitest';
import { makePhoto } from '@/shared/testing/samples';
import {
  type Comment,
  type CommentList,
  commentsIn,
  mayDelete,
  withComment,
  withoutComment,
} from './api';

const comment = (id: string, username = 'ben'): Comment => ({
  id,
  author: { username, display_name: username, avatar_url: null },
  text: 'Lovely',
  created_at: '2026-05-03T10:00:00Z',
});

const list: CommentList = {
  pages: [
    { items: [comment('1'), comment('2')], next_cursor: 'more' },
    { items: [comment('3')], next_cursor: null },
  ],
  pageParams: [null, 'more'],
};
const ids = (from: CommentList) => from.pages.map((page) => page.items.map(({ id }) => id));

it('appends a new comment, once', () => {
  const twice = withComment(withComment(list, comment('4')), comment('4'));
  expect(ids(twice)).toEqual([
    ['1', '2'],
    ['3', '4'],
  ]);
});

it('shows a comment once, at its position in the page', () => {
  const early = withComment({ ...list, pages: list.pages.slice(0, 1) }, comment('4'));
  const later = { items: [comment('3'), comment('4'), comment('5')], next_cursor: null };
  const whole = { ...early, pages: [...early.pages, later] };
  expect(commentsIn(whole).map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5']);
});

it('removes a comment from its page', () => {
  expect(ids(withoutComment(list, '3'))).toEqual([['1', '2'], []]);
});

it.each([
  ['ben', 'user', true],
  ['anna', 'user', true],
  ['carl', 'user', false],
  ['carl', 'admin', true],
] as const)(
  'lets %s (%s) delete a comment of ben on a photo of anna: %s',
  (username, role, may) => {
    expect(mayDelete(comment('1'), makePhoto(), { username, role })).toBe(may);
  },
);

it('lets no signed-out user delete', () => {
  expect(mayDelete(comment('1'), makePhoto(), null)).toBe(false);
});
