import { plural } from './format';

/** Text of the trash. */
export const trash = {
  title: 'Trash',
  what: 'The trash',
  note: 'Photos stay here for 30 days, then they and their files are gone for good.',
  empty: 'The trash is empty.',
  signInFirst: 'Sign in to see your trash.',
  photos: 'Photos in the trash',
  untitled: 'Photo without a title',
  added: (day: string) => `Added ${day}`,
  restore: 'Restore',
  restoreLabel: (name: string) => `Restore ${name}`,
  restored: (name: string) => `Restored ${name}.`,
  restoreFailed: (name: string) => `${name} was not restored.`,
  remove: 'Delete for good',
  removeLabel: (name: string) => `Delete ${name} for good`,
  removeTitle: 'Delete this photo for good?',
  removeText: (name: string) =>
    `${name} and its files are removed at once. This cannot be taken back.`,
  keep: 'Keep it',
  removed: (name: string) => `${name} is gone for good.`,
  removeFailed: (name: string) => `${name} was not deleted.`,
  shown: (count: number, more: boolean) => {
    const photos = plural(count, { one: 'photo', other: 'photos' });
    return more ? `More than ${photos}` : photos;
  },
  more: 'Show more',
} as const;
