import { fileSize, locale, number, onUse, plural } from '../format';

const monthFormat = onUse(
  () => new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }),
);
const shortMonthFormat = onUse(
  () => new Intl.DateTimeFormat(locale, { month: 'short', timeZone: 'UTC' }),
);

const photos = (count: number) => plural(count, { one: 'photo', other: 'photos' });

/** Text of profiles and of the following feed. */
export const people = {
  what: 'The profile',
  photosOf: (name: string) => `Photos by ${name}`,
  photosWhat: 'The photos',
  handle: (username: string) => `@${username}`,
  followsYou: 'Follows you',
  follow: 'Follow',
  followLabel: (name: string) => `Follow ${name}`,
  unfollow: 'Following',
  unfollowLabel: (name: string) => `Following ${name}, press to unfollow`,
  notSaved: 'Your change was not saved.',
  photos,
  followers: (count: number) => plural(count, { one: 'follower', other: 'followers' }),
  following: (count: number) => `${number(count)} following`,
  likes: (count: number) => plural(count, { one: 'like', other: 'likes' }),
  followersTitle: (name: string) => `Followers of ${name}`,
  followingTitle: (name: string) => `People ${name} follows`,
  listWhat: 'The list',
  noFollowers: 'No followers yet.',
  noFollowing: 'Not following anyone yet.',
  more: 'Show more',
  topTags: 'Tags',
  allTags: 'All',
  only: 'Show',
  filters: { all: 'All', private: 'Only you', failed: 'Failed' },
  noneByTag: 'No photos with this tag.',
  failed: (count: number, more: boolean) =>
    `${more ? 'More than ' : ''}${photos(count)} could not be processed.`,
  showFailed: 'Show',
  retryFailed: 'Retry all',
  noFailed: 'No failed photos.',
  noPrivate: 'No private photos.',
  empty: (name: string) => `${name} has not posted any photos yet.`,
  timeline: 'Go to a month',
  shortMonth: (iso: string) => shortMonthFormat().format(new Date(iso)),
  before: (iso: string) => `Photos up to ${monthFormat().format(new Date(iso))}`,
  newest: 'Back to newest',
  storage: (used: number, quota: number | null | undefined) =>
    quota ? `${fileSize(used)} of ${fileSize(quota)} used` : `${fileSize(used)} used`,
  settings: 'Edit your profile',
  options: (name: string) => `More actions for ${name}`,
  block: 'Block',
  unblock: 'Unblock',
  unblockLabel: (name: string) => `Unblock ${name}`,
  blockedTitle: 'Blocked people',
  blockedNone: 'You have not blocked anyone.',
  blocked: (name: string) => `${name} is blocked. You no longer see each other.`,
  unblocked: (name: string) => `${name} is no longer blocked.`,
  blockedNote: (name: string) => `You have blocked ${name}.`,
  blockTitle: (name: string) => `Block ${name}?`,
  blockText:
    'Neither of you sees the other’s photos, and you no longer follow each other. You can unblock them here.',
  keep: 'Cancel',
  feed: {
    title: 'Following',
    what: 'Photos from people you follow',
    signInFirst: 'Sign in to see photos from people you follow.',
    empty: 'Nothing here yet. Follow people to see their photos:',
    emptyAlone: 'Nothing here yet. Find people to follow in Explore.',
    explore: 'Explore photos',
    here: 'You left off here',
    open: (name: string) => `Open the photo by ${name}`,
    comments: (count: number) => plural(count, { one: 'comment', other: 'comments' }),
    comment: 'Comment',
    tags: 'Tags',
    end: 'You are all caught up.',
    keys: 'j and k move, l likes, c comments, o opens',
  },
} as const;
