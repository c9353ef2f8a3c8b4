import { expect, it } from 'vitest';
import { extended, nothing, toggled } from './selection';

const order = ['a', 'b', 'c', 'd', 'e'];
const sorted = (chosen: { ids: ReadonlySet<string> }) => [...chosen.ids].sort();

it('selects and deselects', () => {
  const one = toggled(nothing, 'b');
  expect(sorted(one)).toEqual(['b']);
  expect(sorted(toggled(one, 'b'))).toEqual([]);
});

it('adds a range in either direction from the anchor', () => {
  const start = toggled(toggled(nothing, 'a'), 'd');
  expect(sorted(extended(start, order, 'b'))).toEqual(['a', 'b', 'c', 'd']);
  expect(sorted(extended(start, order, 'e'))).toEqual(['a', 'd', 'e']);
});

it('keeps the anchor when a range is extended again', () => {
  const range = extended(toggled(nothing, 'c'), order, 'd');
  expect(sorted(extended(range, order, 'b'))).toEqual(['b', 'c', 'd']);
});

it('starts at the photo itself if the anchor is gone', () => {
  expect(sorted(extended({ ids: new Set(), from: 'gone' }, order, 'c'))).toEqual(['c']);
});
