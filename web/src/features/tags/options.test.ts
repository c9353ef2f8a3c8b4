import { expect, it } from 'vitest';
import { confirmed, suggested } from '@/shared/testing/samples';
import { optionsFor, typedLabel } from './options';

const known = [
  { label: 'lake', count: 12 },
  { label: 'lamp', count: 1 },
];
const all = [confirmed('lamp'), suggested('land', 0.1)];
const labels = (text: string) => optionsFor(text, known, all).map((option) => option.label);

it('offers known labels that the photo lacks, and the typed text last', () => {
  expect(labels('la')).toEqual(['lake', 'la']);
});

it('offers a known label once', () => {
  expect(labels('Lake')).toEqual(['lake']);
});

it('marks a label that nobody has used', () => {
  expect(optionsFor('kayak', known, all)).toEqual([{ label: 'kayak', count: null, fresh: true }]);
  expect(optionsFor('land', known, all)).toEqual([{ label: 'land', count: null, fresh: false }]);
});

it('completes the label after the last comma', () => {
  expect(typedLabel('kayak, La')).toBe('la');
  expect(labels('kayak, lak')).toEqual(['lake', 'lak']);
});

it.each(['', ' ', 'kayak,', 'lamp', 'c++'])('offers nothing to create for %j', (text) => {
  expect(labels(text)).toEqual([]);
});

it('ignores suggestions for an earlier prefix', () => {
  expect(labels('kay')).toEqual(['kay']);
});
