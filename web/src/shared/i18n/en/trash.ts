import { plural } from '../format';

/** Text of the trash. */
export const trash = {
  title: 'Trash',
  what: 'The trash',
  note: 'Photos are deleted permanently after 30 days in the trash.',
  empty: 'The trash is empty.',
  signInFirst: 'Sign in to see your trash.',
  photos: 'Photos in the trash',
  untitled: 'Photo without a title',
  left: (days: number) =>
    days > 0 ? `${plural(days, { one: 'day', other: 'days' })} left` : 'Deleted within a day',
  emptyAll: 'Empty the trash',
  emptyTitle: 'Empty the trash?',
  emptyText: (count: number) =>
    `${plural(count, { one: 'photo and its files are', other: 'photos and their files are' })} deleted immediately. This cannot be undone.`,
  emptyConfirm: (count: number) => `Delete ${plural(count, { one: 'photo', other: 'photos' })}`,
  emptied: (count: number) =>
    `Deleted ${plural(count, { one: 'photo', other: 'photos' })} permanently.`,
  emptyFailed: 'The trash was not emptied.',
  restore: 'Restore',
  restoreLabel: (name: string) => `Restore ${name}`,
  restored: (name: string) => `Restored ${name}.`,
  restoreFailed: (name: string) => `${name} was not restored.`,
  remove: 'Delete permanently',
  removeLabel: (name: string) => `Delete ${name} permanently`,
  removeTitle: 'Delete this photo permanently?',
  removeText: (name: string) =>
    `“${name}” and its files are deleted immediately. This cannot be undone.`,
  keep: 'Keep it',
  removed: (name: string) => `Deleted ${name} permanently.`,
  removeFailed: (name: string) => `${name} was not deleted.`,
  shown: (count: number, more: boolean) => {
    const photos = plural(count, { one: 'photo', other: 'photos' });
    return more ? `More than ${photos}` : photos;
  },
} as const;
