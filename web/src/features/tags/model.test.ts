import { expect, it } from 'vitest';
import { confirmed, suggested } from '@/shared/testing/samples';
import { groupTags, inOrder, labelTexts, publishedAt } from './model';

const tags = [suggested('sky', 0.6), confirmed('kayak'), suggested('plant_life', 0.9)];

it('separates confirmed tags from suggestions, highest score first', () => {
  const groups = groupTags(tags);
  expect(groups.confirmed.map((tag) => tag.label)).toEqual(['kayak']);
  expect(groups.suggested.map((tag) => tag.label)).toEqual(['plant_life', 'sky']);
  expect(groups.modelVersion).toBe('v1');
});

it('hides rejected tags', () => {
  const rejected = { ...suggested('dog', 0.8), state: 'rejected' as const };
  expect(inOrder([rejected, confirmed('cat')]).map((tag) => tag.label)).toEqual(['cat']);
});

it('parses the time in a version', () => {
  expect(publishedAt('20261123T154356Z-78f8a939')).toBe('2026-11-23T15:43:56Z');
  expect(publishedAt('v1')).toBeNull();
  expect(publishedAt(null)).toBeNull();
});

it('shows underscores as spaces', () => {
  expect(labelTexts(tags)).toEqual(['kayak', 'plant life', 'sky']);
});
