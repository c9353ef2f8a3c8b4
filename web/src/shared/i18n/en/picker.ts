import { plural } from '../format';

/** Text of the photo picker. */
export const picker = {
  none: 'No photos to choose from. Upload some first.',
  cancel: 'Cancel',
  add: (count: number) =>
    count ? `Add ${plural(count, { one: 'photo', other: 'photos' })}` : 'Add photos',
  untitled: 'Photo without a title',
} as const;
