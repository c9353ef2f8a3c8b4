/** All addresses of the app: router patterns and link builders. */
export const patterns = {
  feed: '/',
  explore: '/explore',
  photo: '/p/:id',
  upload: '/upload',
  you: '/you',
  following: '/following',
  // The `@` is part of the segment, which a plain pattern cannot express.
  profile: /^\/@(?<username>[^/]+)\/?$/,
  people: /^\/@(?<username>[^/]+)\/(?<kind>followers|following)\/?$/,
  trash: '/trash',
  albums: '/albums',
  album: '/a/:id',
  settings: '/settings/:section?',
  jobs: '/admin/jobs',
  reports: '/admin/reports',
  accounts: '/admin/users',
  share: '/s/:token',
  signIn: '/signin',
  join: '/join',
} as const;

/** Search page state in the address. */
export type Search = { q?: string; sort?: 'new' | 'liked' };

function withSearch(path: string, { q, sort }: Search): string {
  const kept = new URLSearchParams();
  if (q) kept.set('q', q);
  if (sort === 'liked') kept.set('sort', sort);
  return kept.size ? `${path}?${kept}` : path;
}

/** Parse what `hrefs.explore` builds. */
export function readSearch(search: string): Required<Search> {
  const kept = new URLSearchParams(search);
  return { q: kept.get('q') ?? '', sort: kept.get('sort') === 'liked' ? 'liked' : 'new' };
}

/** Tabs of the feed. */
export const feedTabs = ['recent', 'popular', 'yours'] as const;
export type FeedTab = (typeof feedTabs)[number];

/** Parse what `hrefs.feed` builds. */
export function readFeedTab(search: string): FeedTab {
  const given = new URLSearchParams(search).get('show');
  return feedTabs.find((tab) => tab === given) ?? 'recent';
}

const withNext = (path: string, next?: string) =>
  next && next !== '/' ? `${path}?next=${encodeURIComponent(next)}` : path;

export const hrefs = {
  feed: (tab: FeedTab = 'recent') =>
    tab === 'recent' ? patterns.feed : `${patterns.feed}?show=${tab}`,
  explore: (search: Search = {}) => withSearch(patterns.explore, search),
  photo: (id: string) => `/p/${encodeURIComponent(id)}`,
  upload: () => patterns.upload,
  you: () => patterns.you,
  following: () => patterns.following,
  profile: (username: string) => `/@${encodeURIComponent(username)}`,
  followers: (username: string) => `/@${encodeURIComponent(username)}/followers`,
  followed: (username: string) => `/@${encodeURIComponent(username)}/following`,
  trash: () => patterns.trash,
  albums: () => patterns.albums,
  album: (id: string) => `/a/${encodeURIComponent(id)}`,
  settings: (section?: string) => (section ? `/settings/${section}` : '/settings'),
  jobs: () => patterns.jobs,
  reports: () => patterns.reports,
  accounts: () => patterns.accounts,
  signIn: (next?: string) => withNext(patterns.signIn, next),
  join: (next?: string) => withNext(patterns.join, next),
};

/** Where to go after signing in: a path of this site only, never `//elsewhere` or a scheme. */
export function safeNext(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  return /^\/(?![/\\])/.test(next) ? next : '/';
}
