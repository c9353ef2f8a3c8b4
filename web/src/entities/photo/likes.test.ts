import { expect, it } from 'vitest';
import { withLike } from './likes';

it('counts a like once and removes it again', () => {
  const liked = withLike({ liked: false, like_count: 3 }, true);
  expect(liked).toEqual({ liked: true, like_count: 4 });
  expect(withLike(liked, true)).toEqual(liked);
  expect(withLike(liked, false)).toEqual({ liked: false, like_count: 3 });
});

it('never shows a negative count', () => {
  expect(withLike({ liked: true, like_count: 0 }, false).like_count).toBe(0);
});
