import { date, plural } from '../format';

/** Text of the page that a share link opens. */
export const share = {
  what: 'The album',
  photosWhat: 'The photos',
  title: 'Shared album',
  by: (name: string) => `by ${name}`,
  count: (count: number) => plural(count, { one: 'photo', other: 'photos' }),
  until: (iso: string) => `Open until ${date(iso)}`,
  locked: 'This album has a password',
  lockedText: 'Ask the person who sent you the link.',
  password: 'Password',
  passwordNeeded: 'Enter the password.',
  open: 'Open the album',
  expired: 'This link has expired. Ask for a new one.',
  empty: 'There are no photos in this album yet.',
  photos: 'Photos of the album',
  photo: 'Photo of the album',
  openPhoto: (alt: string) => `${alt} (opens the picture)`,
  more: 'Show more',
} as const;
