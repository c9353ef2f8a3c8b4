import { describe, expect, it } from 'vitest';
import { makePhoto } from '@/shared/testing/samples';
import { neighboursOf } from './stepping';
import { clampShare, nextShare } from './view-settings';

describe('the height of the photo above the panel', () => {
  it('cycles through three sizes, starting at the nearest', () => {
    expect([52, 78, 24].map(nextShare)).toEqual([78, 24, 52]);
    expect(nextShare(70)).toBe(24);
    expect(nextShare(30)).toBe(52);
  });

  it('leaves room for photo and panel', () => {
    expect([0, 40.4, 100].map(clampShare)).toEqual([24, 40, 78]);
  });
});

describe('the neighbours of a photo', () => {
  const photos = ['a', 'b', 'c'].map((id) => makePhoto({ id }));

  it('ends with the list', () => {
    const [first, middle, last] = ['a', 'b', 'c'].map((id) => neighboursOf(photos, id));
    expect([first?.previous, first?.next?.id, first?.after]).toEqual([null, 'b', 2]);
    expect([middle?.previous?.id, middle?.next?.id]).toEqual(['a', 'c']);
    expect([last?.previous?.id, last?.next]).toEqual(['b', null]);
  });

  it('are null for a photo outside the list', () => {
    expect(neighboursOf(photos, 'x')).toEqual({ previous: null, next: null, after: 0 });
  });
});
