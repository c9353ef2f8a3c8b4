import { fileSize, locale, number, onUse, plural } from '../format';

const monthFormat = onUse(
  () => new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }),
);
const shortMonthFormat = onUse(
  () => new Intl.DateTimeFormat(locale, { month: 'short', timeZone: 'UTC' }),
);

const photos = (count: number) => plural(count, { one: 'photo', other: 'photos' });

/** Text of people's pages, of whom one follows and of what they post. */
export const people = {
  what: 'The profile',
  photosOf: (name: string) => `Photos by ${name}`,
  photosWhat: 'The photos',
  handle: (username: string) => `@${username}`,
  followsYou: 'Follows you',
  follow: 'Follow',
  followLabel: (name: string) => `Follow ${name}`,
  unfollow: 'Following',
  unfollowLabel: (name: string) => `Following ${name}, press to stop`,
  notSaved: 'That was not saved.',
  photos,
  followers: (count: number) => plural(count, { one: 'follower', other: 'followers' }),
  following: (count: number) => `${number(count)} following`,
  likes: (count: number) => plural(count, { one: 'like', other: 'likes' }),
  followersTitle: (name: string) => `Followers of ${name}`,
  followingTitle: (name: string) => `Whom ${name} follows`,
  listWhat: 'The list',
  noFollowers: 'Nobody yet.',
  noFollowing: 'Nobody yet.',
  more: 'Show more',
  topTags: 'Tags',
  allTags: 'All',
  only: 'Show',
  filters: { all: 'All', private: 'Only you', failed: 'Failed' },
  noneByTag: 'No photo with this tag.',
  failed: (count: number, more: boolean) =>
    `${more ? 'More than ' : ''}${photos(count)} could not be processed.`,
  showFailed: 'Show',
  retryFailed: 'Try all again',
  noFailed: 'All your photos could be processed.',
  noPrivate: 'None of your photos is private.',
  empty: (name: string) => `${name} has not posted a photo yet.`,
  timeline: 'Go to a month',
  shortMonth: (iso: string) => shortMonthFormat().format(new Date(iso)),
  before: (iso: string) => `Photos up to ${monthFormat().format(new Date(iso))}`,
  newest: 'Back to the newest',
  storage: (used: number, quota: number | null | undefined) =>
    quota ? `${fileSize(used)} of ${fileSize(quota)} used` : `${fileSize(used)} used`,
  settings: 'Edit your profile',
  options: (name: string) => `More about ${name}`,
  block: 'Block',
  unblock: 'Unblock',
  unblockLabel: (name: string) => `Unblock ${name}`,
  blockedTitle: 'People you have blocked',
  blockedNone: 'You have blocked nobody.',
  blocked: (name: string) => `${name} is blocked. You no longer see each other.`,
  unblocked: (name: string) => `${name} is no longer blocked.`,
  blockedNote: (name: string) => `You have blocked ${name}.`,
  blockTitle: (name: string) => `Block ${name}?`,
  blockText:
    'Neither of you sees the other’s photos, and you no longer follow each other. You can take it back here.',
  keep: 'Do not block',
  feed: {
    title: 'Following',
    what: 'The photos of those whom you follow',
    signInFirst: 'Sign in to see the photos of those whom you follow.',
    empty: 'You follow nobody who has posted yet. These people have:',
    emptyAlone: 'You follow nobody who has posted yet. Find someone among the photos.',
    explore: 'Explore photos',
    here: 'You were here',
    open: (name: string) => `Open the photo by ${name}`,
    comments: (count: number) => plural(count, { one: 'comment', other: 'comments' }),
    comment: 'Comment',
    tags: 'Tags',
    end: 'You have seen it all.',
    keys: 'j and k move, l likes, c comments, o opens',
  },
} as const;
