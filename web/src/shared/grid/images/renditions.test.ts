import { expect, it } from 'vitest';
import { makePhoto } from '@/shared/testing/samples';
import { sources } from './renditions';

const urls = { thumb: '/t', medium: '/m', preview: '/p', original: null };

it.each([
  [4000, 3000, '/t 400w, /m 1024w, /p 1600w'],
  [3000, 4000, '/t 300w, /m 768w, /p 1200w'],
])('lists the width of each rendition of %d x %d', (width, height, expected) => {
  expect(sources(makePhoto({ width, height, urls }))).toBe(expected);
});

it("omits missing renditions and never exceeds the original's width", () => {
  const small = makePhoto({ width: 500, height: 300, urls: { ...urls, medium: null } });
  expect(sources(small)).toBe('/t 400w, /p 500w');
  expect(sources(makePhoto())).toBeUndefined();
});
