/** Every address of the app: patterns for the router, builders for links. */
export const patterns = {
  feed: '/',
  photo: '/p/:id',
  upload: '/upload',
  you: '/you',
  signIn: '/signin',
  join: '/join',
} as const;

const withNext = (path: string, next?: string) =>
  next && next !== '/' ? `${path}?next=${encodeURIComponent(next)}` : path;

export const hrefs = {
  feed: () => patterns.feed,
  photo: (id: string) => `/p/${encodeURIComponent(id)}`,
  upload: () => patterns.upload,
  you: () => patterns.you,
  signIn: (next?: string) => withNext(patterns.signIn, next),
  join: (next?: string) => withNext(patterns.join, next),
};

/** Where to go after signing in: only a path of this site, never `//elsewhere` or a scheme. */
export function safeNext(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  return /^\/(?![/\\])/.test(next) ? next : '/';
}
