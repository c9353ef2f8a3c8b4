import { plural } from '../format';

/** Text of the layer in which one picks from one's photos. */
export const picker = {
  none: 'There is no photo to pick. Upload some first.',
  cancel: 'Cancel',
  add: (count: number) =>
    count ? `Add ${plural(count, { one: 'photo', other: 'photos' })}` : 'Add photos',
  untitled: 'Photo without a title',
} as const;
