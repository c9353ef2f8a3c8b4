import { describe, expect, it } from 'vitest';
import { confirmed, suggested } from '@/shared/testing/photo';
import { parseLabels, placeOf, putBack, removal, verdictIn, withVerdict } from './decision';
import { groupForOwner } from './model';

const sky = suggested('sky', 0.9);
const dog = suggested('dog', 0.2);
const cat = { ...suggested('cat', 0.8), state: 'rejected' as const };
const kayak = confirmed('kayak');
const lists = { shown: [kayak, sky], all: [kayak, sky, dog, cat] };

const groups = (from = lists) => {
  const found = groupForOwner(from);
  const labels = (tags: typeof found.confirmed) => tags.map((tag) => tag.label);
  return {
    confirmed: labels(found.confirmed),
    suggested: labels(found.suggested),
    lessLikely: labels(found.lessLikely),
    rejected: labels(found.rejected),
  };
};

it("sorts an owner's tags into four groups", () => {
  expect(groups()).toEqual({
    confirmed: ['kayak'],
    suggested: ['sky'],
    lessLikely: ['dog'],
    rejected: ['cat'],
  });
});

describe('a verdict', () => {
  it('keeps score, source and version of what the model suggested', () => {
    const after = withVerdict(lists, 'sky', 'accepted');
    expect(after.shown).toContainEqual({ ...sky, state: 'accepted' });
    expect(groups(after).confirmed).toEqual(['kayak', 'sky']);
  });

  it('accepts what stood below the threshold', () => {
    const after = withVerdict(lists, 'dog', 'accepted');
    expect(groups(after)).toMatchObject({ confirmed: ['kayak', 'dog'], lessLikely: [] });
  });

  it('takes a rejected label out of what others see', () => {
    const after = withVerdict(lists, 'sky', 'rejected');
    expect(after.shown).toEqual([kayak]);
    expect(groups(after).rejected).toEqual(['sky', 'cat']);
  });

  it("adds a label of one's own", () => {
    const after = withVerdict(lists, 'paddle', 'accepted');
    expect(after.shown).toContainEqual(confirmed('paddle'));
  });

  it('leaves a label to the model again, above or below its threshold', () => {
    expect(groups(withVerdict(lists, 'cat', null)).suggested).toEqual(['sky', 'cat']);
    const below = withVerdict(withVerdict(lists, 'dog', 'accepted'), 'dog', null, false);
    expect(groups(below)).toEqual(groups());
  });

  it('drops a label that only a person had named', () => {
    expect(withVerdict(lists, 'kayak', null)).toEqual({ shown: [sky], all: [sky, dog, cat] });
  });

  it.each(['sky', 'dog', 'cat', 'kayak', 'new'])('on %s is put back as it was', (label) => {
    for (const verdict of ['accepted', 'rejected', null] as const) {
      const changed = withVerdict(lists, label, verdict);
      expect(groups(putBack(changed, label, placeOf(lists, label)))).toEqual(groups());
    }
  });
});

it('knows what had been said of a label', () => {
  const said = (label: string) => verdictIn(placeOf(lists, label));
  expect([said('kayak'), said('cat'), said('sky'), said('new')]).toEqual([
    'accepted',
    'rejected',
    null,
    null,
  ]);
});

it("removes one's own tag, and rejects the model's", () => {
  expect(removal(kayak)).toBeNull();
  expect(removal({ ...sky, state: 'accepted' })).toBe('rejected');
});

it.each([
  ['  Kayak ', ['kayak'], null],
  ['kayak, Lake,, kayak', ['kayak', 'lake'], null],
  ['Ｌａｋｅ', ['lake'], null],
  ['été, 湖', ['été', '湖'], null],
  ['c++', ['c++'], 'c++'],
  ['x'.repeat(65), ['x'.repeat(65)], 'x'.repeat(65)],
  [' , ', [], null],
])('reads %j', (text, labels, bad) => {
  expect(parseLabels(text)).toEqual({ labels, bad });
});
