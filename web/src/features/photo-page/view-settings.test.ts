import { describe, expect, it } from 'vitest';
import { makePhoto } from '@/shared/testing/photo';
import { neighboursOf } from './stepping';
import { clampShare, nextShare } from './view-settings';

describe('the size of the picture above the panel', () => {
  it('goes round three sizes, from the nearest after a drag', () => {
    expect([52, 78, 24].map(nextShare)).toEqual([78, 24, 52]);
    expect(nextShare(70)).toBe(24);
    expect(nextShare(30)).toBe(52);
  });

  it('leaves room for both', () => {
    expect([0, 40.4, 100].map(clampShare)).toEqual([24, 40, 78]);
  });
});

describe('the neighbours of a photo', () => {
  const photos = ['a', 'b', 'c'].map((id) => makePhoto({ id }));

  it('ends where the list ends', () => {
    const [first, middle, last] = ['a', 'b', 'c'].map((id) => neighboursOf(photos, id));
    expect([first?.previous, first?.next?.id, first?.after]).toEqual([null, 'b', 2]);
    expect([middle?.previous?.id, middle?.next?.id]).toEqual(['a', 'c']);
    expect([last?.previous?.id, last?.next]).toEqual(['b', null]);
  });

  it('knows none of a photo that the list does not have', () => {
    expect(neighboursOf(photos, 'x')).toEqual({ previous: null, next: null, after: 0 });
  });
});
