/** Every address of the app: patterns for the router, builders for links. */
export const patterns = {
  feed: '/',
  explore: '/explore',
  photo: '/p/:id',
  upload: '/upload',
  you: '/you',
  following: '/following',
  // The sign before the name is part of the segment, which a plain pattern cannot say.
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

/** What the page of a search keeps in its address. */
export type Search = { q?: string; sort?: 'new' | 'liked' };

function withSearch(path: string, { q, sort }: Search): string {
  const kept = new URLSearchParams();
  if (q) kept.set('q', q);
  if (sort === 'liked') kept.set('sort', sort);
  return kept.size ? `${path}?${kept}` : path;
}

/** Reads what `hrefs.explore` wrote. */
export function readSearch(search: string): Required<Search> {
  const kept = new URLSearchParams(search);
  return { q: kept.get('q') ?? '', sort: kept.get('sort') === 'liked' ? 'liked' : 'new' };
}

/** Which photos the first page shows. */
export const feedTabs = ['recent', 'popular', 'yours'] as const;
export type FeedTab = (typeof feedTabs)[number];

/** Reads what `hrefs.feed` wrote. */
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

/** Where to go after signing in: only a path of this site, never `//elsewhere` or a scheme. */
export function safeNext(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  return /^\/(?![/\\])/.test(next) ? next : '/';
}
