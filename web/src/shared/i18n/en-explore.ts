import { number, plural } from './format';

const photos = (count: number) => plural(count, { one: 'photo', other: 'photos' });

/** Text of the search, its facets and its results. */
export const explore = {
  title: 'Explore',
  titleOf: (query: string) => `${query} · Explore`,
  box: 'Search photos',
  placeholder: 'lake -people',
  submit: 'Search',
  clear: 'Clear the search',
  hint: 'All words must fit. Also:',
  examples: [
    'sea OR lake',
    '-people',
    '"two words"',
    'tag:dog',
    'user:anna',
    'after:2025-06-01',
    'score:>0.8',
    'is:liked',
  ],
  instead: (query: string) => `Search for ${query}`,
  keepsLast: 'Below is what the search before found.',
  badAddress: 'This search cannot be read. Mend it above, or begin anew.',
  tags: 'Tags',
  tagsWhat: 'The tags',
  filter: (active: number) => (active ? `Filter by tag (${number(active)})` : 'Filter by tag'),
  facetState: { off: 'any', include: 'with', exclude: 'without' },
  facetCount: (count: number) => photos(count),
  facetHint: 'Press once for photos with the tag, twice for those without.',
  noTags: 'No photo has a tag yet.',
  tagCount: (count: number) => photos(count),
  results: 'Search results',
  what: 'The search',
  found: (count: number, more: boolean) => (more ? `More than ${photos(count)}` : photos(count)),
  sort: 'Order',
  sorts: { new: 'Newest', liked: 'Most liked' },
  none: 'No photo fits all of this.',
  drop: (term: string, count: number, more: boolean) =>
    `Without ${term}: ${more ? `more than ${photos(count)}` : photos(count)}`,
  startOver: 'Show all tags',
} as const;
