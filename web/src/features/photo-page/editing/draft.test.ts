import { expect, it } from 'vitest';
import { changesIn, clashes, type Draft, rebased } from './draft';

const base: Draft = {
  title: 'Lake',
  description: '',
  alt_text: 'Photo of a lake',
  visibility: 'public',
};

it('sends only what was changed', () => {
  expect(changesIn({ ...base, title: 'Sea' }, base)).toEqual({ title: 'Sea' });
  expect(changesIn(base, base)).toEqual({});
});

it('clashes only where both wrote different texts', () => {
  const mine = { ...base, title: 'Sea' };
  expect(clashes(mine, base, base)).toBe(false);
  expect(clashes(mine, base, { ...base, description: 'At dusk' })).toBe(false);
  expect(clashes(mine, base, { ...base, title: 'Sea' })).toBe(false);
  expect(clashes(mine, base, { ...base, title: 'River' })).toBe(true);
});

it("loads the other's text, and keeps what one wrote elsewhere", () => {
  const mine: Draft = { ...base, title: 'Sea', visibility: 'private' };
  const now = { ...base, title: 'River', alt_text: 'A river' };
  expect(rebased(mine, base, now)).toEqual({ ...now, visibility: 'private' });
});
