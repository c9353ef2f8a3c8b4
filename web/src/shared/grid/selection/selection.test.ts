import { expect, it } from 'vitest';
import { extended, nothing, toggled } from './selection';

const order = ['a', 'b', 'c', 'd', 'e'];
const sorted = (chosen: { ids: ReadonlySet<string> }) => [...chosen.ids].sort();

it('chooses and lets go', () => {
  const one = toggled(nothing, 'b');
  expect(sorted(one)).toEqual(['b']);
  expect(sorted(toggled(one, 'b'))).toEqual([]);
});

it('takes a range in either direction from the last choice, besides what there was', () => {
  const start = toggled(toggled(nothing, 'a'), 'd');
  expect(sorted(extended(start, order, 'b'))).toEqual(['a', 'b', 'c', 'd']);
  expect(sorted(extended(start, order, 'e'))).toEqual(['a', 'd', 'e']);
});

it('goes on from the same photo when a range is drawn anew', () => {
  const range = extended(toggled(nothing, 'c'), order, 'd');
  expect(sorted(extended(range, order, 'b'))).toEqual(['b', 'c', 'd']);
});

it('begins at the photo itself where the last choice is gone', () => {
  expect(sorted(extended({ ids: new Set(), from: 'gone' }, order, 'c'))).toEqual(['c']);
});
