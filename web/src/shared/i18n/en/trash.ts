import { plural } from '../format';

/** Text of the trash. */
export const trash = {
  title: 'Trash',
  what: 'The trash',
  note: 'Photos stay here for 30 days, then they and their files are gone for good.',
  empty: 'The trash is empty.',
  signInFirst: 'Sign in to see your trash.',
  photos: 'Photos in the trash',
  untitled: 'Photo without a title',
  left: (days: number) =>
    days > 0 ? `${plural(days, { one: 'day', other: 'days' })} left` : 'Goes within the day',
  emptyAll: 'Empty the trash',
  emptyTitle: 'Empty the trash?',
  emptyText: (count: number) =>
    `${plural(count, { one: 'photo and its files are', other: 'photos and their files are' })} removed at once. This cannot be taken back.`,
  emptyConfirm: (count: number) => `Delete ${plural(count, { one: 'photo', other: 'photos' })}`,
  emptied: (count: number) =>
    `${plural(count, { one: 'photo is', other: 'photos are' })} gone for good.`,
  emptyFailed: 'The trash is not empty.',
  restore: 'Restore',
  restoreLabel: (name: string) => `Restore ${name}`,
  restored: (name: string) => `Restored ${name}.`,
  restoreFailed: (name: string) => `${name} was not restored.`,
  remove: 'Delete for good',
  removeLabel: (name: string) => `Delete ${name} for good`,
  removeTitle: 'Delete this photo for good?',
  removeText: (name: string) =>
    `“${name}” and its files are removed at once. This cannot be taken back.`,
  keep: 'Keep it',
  removed: (name: string) => `${name} is gone for good.`,
  removeFailed: (name: string) => `${name} was not deleted.`,
  shown: (count: number, more: boolean) => {
    const photos = plural(count, { one: 'photo', other: 'photos' });
    return more ? `More than ${photos}` : photos;
  },
} as const;
