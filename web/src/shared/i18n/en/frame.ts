import { number, plural } from '../format';

/** Text of the shell: the feed, the selection bar, the connection and the session. */
export const feed = {
  title: 'Recent photos',
  what: 'The feed',
  tabs: 'Photos to show',
  tab: { recent: 'Recent', popular: 'Popular', yours: 'Tags you use' },
  titles: { recent: 'Recent photos', popular: 'Popular photos', yours: 'Photos with tags you use' },
  empty: 'No photos yet. The first one could be yours.',
  noTags: 'Your photos have no tags yet. Once they do, photos with the same tags appear here.',
  tagsWhat: 'Your tags',
  showNew: (count: number, more: boolean) =>
    `${number(count)}${more ? '+' : ''} new ${count === 1 && !more ? 'photo' : 'photos'}`,
  gridLabel: 'Photos',
};

export const selection = {
  chosen: 'selected',
  choose: (photo: string) => `Select ${photo}`,
  bar: 'Selected photos',
  count: (count: number) => `${number(count)} selected`,
  yours: (count: number) => `${number(count)} yours`,
  clear: 'Clear the selection',
  all: 'Select all',
  allLoaded: 'Select all loaded',
  /** Beside the count while the list has more pages. */
  notAll: 'Scroll to load more.',
  tags: 'Tags',
  tagsOf: 'Tags of the selected photos',
  onAll: 'on all',
  onSome: (some: number, all: number) => `on ${number(some)} of ${number(all)}`,
  addToAll: (label: string) => `Add ${label} to all`,
  removeFromAll: (label: string) => `Remove ${label} from all`,
  acceptAll: 'Accept all suggestions',
  newTag: 'Add a tag to all',
  add: 'Add',
  visibility: 'Visible to',
  toAlbum: 'Add to album',
  trash: 'Trash',
  noneYours: 'Only the owner of a photo can change it.',
  done: {
    added: (label: string, count: number) => `“${label}” added to ${photos(count)}.`,
    accepted: (count: number) => `Suggestions accepted on ${photos(count)}.`,
    removed: (label: string, count: number) => `“${label}” removed from ${photos(count)}.`,
    shown: (count: number) => `Visibility of ${photos(count)} changed.`,
    trashed: (count: number) => `${photos(count)} moved to the trash.`,
    restored: (count: number) => `${photos(count)} restored.`,
  },
  failed: (count: number, why: string) => `${photos(count)} not changed: ${why}`,
};

function photos(count: number): string {
  return plural(count, { one: 'photo', other: 'photos' });
}

export const session = {
  title: 'Your session has ended',
  text: 'Sign in again to continue. Nothing you typed is lost.',
  signIn: 'Sign in',
  leave: 'Continue signed out',
};

export const frame = {
  search: 'Search photos',
  searchKey: '/',
  searchPlaceholder: 'Search: dog beach, user:anna, after:2025-06-01',
  offlineWaiting: (count: number) =>
    `You are offline. ${plural(count, { one: 'change', other: 'changes' })} will be saved when you reconnect.`,
  /** After the connection came back, or the page was opened again with it. */
  caughtUp: (count: number) =>
    `Saved ${plural(count, { one: 'change', other: 'changes' })} made offline.`,
  partial: (what: string) => `${what} could not be refreshed.`,
  waits: 'Saved when you reconnect',
};

export const shortcuts = {
  title: 'Keyboard shortcuts',
  off: 'Single-key shortcuts are turned off in your settings.',
  more: {
    sides: '← →',
    step: 'Previous or next photo in the list',
    similar: 'Go to the similar photos',
    panel: 'Show or hide the details',
    zoom: 'Zoom',
    fullScreen: 'Full screen',
    download: 'Download the photo',
    nextOrPrevious: 'Next or previous photo',
  },
  sections: { everywhere: 'Everywhere', list: 'In a photo list', photo: 'On a photo' },
  keys: {
    enter: 'Enter',
    escape: 'Esc',
    delete: 'Del',
    undo: 'Ctrl+Z',
    arrows: 'Arrow keys',
    range: 'Shift+arrows',
    all: 'Ctrl+A',
  },
  move: 'Move between photos',
  open: 'Open the photo',
  upload: 'Upload photos',
  search: 'Search',
  go: 'Go to the feed, or explore',
  goOwn: 'Go to upload, your albums, photos or trash',
  goJobs: 'Go to the jobs',
  help: 'Show keyboard shortcuts',
  close: 'Close the dialog, or go back',
  like: 'Like the photo',
  select: 'Select the photo',
  range: 'Extend the selection',
  all: 'Select all loaded photos',
  comment: 'Write a comment',
  addTag: 'Add a tag to your photo',
  toTag: 'Go to a suggested tag',
  judge: 'Accept or reject the focused tag',
  why: 'Show why a tag is suggested',
  trash: 'Move your photo to the trash',
  undo: 'Undo the last action',
};
