import { describe, expect, it } from 'vitest';
import { confirmed, suggested } from '@/shared/testing/samples';
import { decisionIn, parseLabels, placeOf, putBack, removal, withDecision } from './decision';
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

describe('a decision', () => {
  it('keeps score, source and version of a suggestion', () => {
    const after = withDecision(lists, 'sky', 'accepted');
    expect(after.shown).toContainEqual({ ...sky, state: 'accepted' });
    expect(groups(after).confirmed).toEqual(['kayak', 'sky']);
  });

  it('accepts a tag below its threshold', () => {
    const after = withDecision(lists, 'dog', 'accepted');
    expect(groups(after)).toMatchObject({ confirmed: ['kayak', 'dog'], lessLikely: [] });
  });

  it('hides a rejected label from viewers', () => {
    const after = withDecision(lists, 'sky', 'rejected');
    expect(after.shown).toEqual([kayak]);
    expect(groups(after).rejected).toEqual(['sky', 'cat']);
  });

  it('adds a label', () => {
    const after = withDecision(lists, 'paddle', 'accepted');
    expect(after.shown).toContainEqual(confirmed('paddle'));
  });

  it('clears a decision, above or below the threshold', () => {
    expect(groups(withDecision(lists, 'cat', null)).suggested).toEqual(['sky', 'cat']);
    const below = withDecision(withDecision(lists, 'dog', 'accepted'), 'dog', null, false);
    expect(groups(below)).toEqual(groups());
  });

  it('deletes a label that only a person had added', () => {
    expect(withDecision(lists, 'kayak', null)).toEqual({ shown: [sky], all: [sky, dog, cat] });
  });

  it.each(['sky', 'dog', 'cat', 'kayak', 'new'])('on %s can be rolled back', (label) => {
    for (const decision of ['accepted', 'rejected', null] as const) {
      const changed = withDecision(lists, label, decision);
      expect(groups(putBack(changed, label, placeOf(lists, label)))).toEqual(groups());
    }
  });
});

it('reads the previous decision on a label', () => {
  const said = (label: string) => decisionIn(placeOf(lists, label));
  expect([said('kayak'), said('cat'), said('sky'), said('new')]).toEqual([
    'accepted',
    'rejected',
    null,
    null,
  ]);
});

it("deletes a person's tag and rejects the model's", () => {
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
