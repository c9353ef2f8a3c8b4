import { expect, it } from 'vitest';
import { changesIn, conflicts, type Draft, rebased } from './draft';

const base: Draft = {
  title: 'Lake',
  description: '',
  alt_text: 'Photo of a lake',
  visibility: 'public',
};

it('sends only changed fields', () => {
  expect(changesIn({ ...base, title: 'Sea' }, base)).toEqual({ title: 'Sea' });
  expect(changesIn(base, base)).toEqual({});
});

it('conflicts only if both changed the same field differently', () => {
  const mine = { ...base, title: 'Sea' };
  expect(conflicts(mine, base, base)).toBe(false);
  expect(conflicts(mine, base, { ...base, description: 'At dusk' })).toBe(false);
  expect(conflicts(mine, base, { ...base, title: 'Sea' })).toBe(false);
  expect(conflicts(mine, base, { ...base, title: 'River' })).toBe(true);
});

it('takes the other text and keeps edits of other fields', () => {
  const mine: Draft = { ...base, title: 'Sea', visibility: 'private' };
  const now = { ...base, title: 'River', alt_text: 'A river' };
  expect(rebased(mine, base, now)).toEqual({ ...now, visibility: 'private' });
});
