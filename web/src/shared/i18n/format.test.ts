import { expect, it } from 'vitest';
import { fileSize, percent, plural, waited } from './format';

it('formats sizes as file managers do', () => {
  expect(fileSize(0)).toBe('0 bytes');
  expect(fileSize(2_366_947)).toBe('2.4 MB');
  expect(fileSize(200_140)).toBe('200 kB');
});

it('formats percentages and counts', () => {
  expect(percent(0.876)).toBe('88%');
  expect(plural(1, { one: 'tag', other: 'tags' })).toBe('1 tag');
  expect(plural(1200, { one: 'tag', other: 'tags' })).toBe('1,200 tags');
});

it.each([
  [4.4, '4 s'],
  [119, '119 s'],
  [150, '3 min'],
  [7_200, '2 h'],
])('formats a wait of %d seconds as %s', (seconds, said) => {
  expect(waited(seconds)).toBe(said);
});
