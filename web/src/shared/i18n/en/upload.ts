import { date, number, percent, plural, waited } from '../format';

/** Text of the upload page, the tray and the drop target. */
export const upload = {
  title: 'Upload photos',
  drop: 'Drop photos or folders anywhere on the page, or paste a picture.',
  pick: 'Choose photos from this device. They are tagged automatically.',
  dropNow: 'Drop to upload',
  choose: 'Choose photos',
  chooseFolder: 'Choose a folder',
  limits: 'JPEG, PNG, WebP, GIF, TIFF, HEIC and AVIF, up to 100 MiB and 100 megapixels each.',
  before: 'Options for new uploads',
  who: 'Who can see them',
  visibilities: { public: 'Everyone', unlisted: 'Anyone with the link', private: 'Only me' },
  album: 'Album',
  noAlbum: 'No album',
  albums: 'Your albums',
  location: 'Only you can see where a photo was taken.',
  leftOut: (count: number) =>
    `Skipped ${plural(count, { one: 'file that is not a photo', other: 'files that are not photos' })}.`,
  signInFirst: 'Sign in to upload photos.',
  tray: 'Uploads',
  summary: (done: number, all: number) => `${number(done)} of ${number(all)} done`,
  failures: (count: number) => `${number(count)} failed`,
  show: 'Show uploads',
  hide: 'Hide uploads',
  dismiss: 'Clear uploads',
  retry: 'Retry',
  retryLabel: (name: string) => `Retry ${name}`,
  retryAll: 'Retry all failed',
  exportList: 'Download the list of failures',
  exportName: 'vignette-failed-uploads.csv',
  unfinished: (count: number) => `${number(count)} unfinished. Choose the same files to resume.`,
  chooseAgain: 'Choose files',
  dropUnfinished: 'Discard them',
  open: 'Open',
  openLabel: (name: string) => `Open ${name}`,
  addTo: (album: string) => `Add to ${album}`,
  addToLabel: (name: string, album: string) => `Add to ${album}: ${name}`,
  addedTo: (album: string) => `Added to ${album}`,
  addFailed: (name: string) => `${name} was not added to the album.`,
  cancelLabel: (name: string) => `Remove ${name} from the uploads`,
  progressLabel: (name: string) => `Uploading ${name}`,
  queued: 'Waiting to upload',
  ahead: (count: number, seconds: number | null) =>
    seconds === null
      ? `Waiting, ${number(count)} ahead`
      : `Waiting, ${number(count)} ahead, about ${waited(seconds)}`,
  missing: 'Unfinished. Choose this file again to resume.',
  hashing: 'Checking for duplicates',
  sending: (share: number) => `Uploading ${percent(share)}`,
  checking: 'Uploaded, checking the file',
  paused: {
    connection: (share: number) => `No connection. Resumes at ${percent(share)} automatically.`,
    server: (share: number) => `Server unavailable. Resumes at ${percent(share)} automatically.`,
    limit: () => 'Too many uploads at once. Continues in a moment.',
  },
  received: 'Uploaded, creating the thumbnail',
  rendered: 'Thumbnail ready, tagging',
  later: 'Uploaded. Tags will appear later.',
  tagged: (count: number) =>
    count ? plural(count, { one: 'tag', other: 'tags' }) : 'Done, no tags found',
  /** For a near-duplicate of the user’s own photos, which is accepted. */
  alike: (count: number) =>
    count === 1 ? 'Similar to one of your photos' : `Similar to ${number(count)} of your photos`,
  duplicate: (iso: string) => `Already in your library, added ${date(iso)}`,
} as const;
