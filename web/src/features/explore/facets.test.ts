import { expect, it } from 'vitest';
import { facetList } from './facets';
import { facetsOf } from './query';

const tag = (label: string, count: number) => ({ label, count });

it('keeps the order of facets whatever the search finds', () => {
  const all = [tag('sky', 9), tag('sea', 5), tag('dog', 2)];
  const found = [tag('dog', 2), tag('kayak', 1), tag('sky', 1)];
  const facets = facetList(all, found, facetsOf('tag:dog -tag:sea tag:moon'));
  expect(facets).toEqual([
    { label: 'moon', count: 0, state: 'include' },
    { label: 'sky', count: 1, state: 'off' },
    { label: 'sea', count: 0, state: 'exclude' },
    { label: 'dog', count: 2, state: 'include' },
    { label: 'kayak', count: 1, state: 'off' },
  ]);
});
