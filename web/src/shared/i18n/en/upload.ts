import { date, number, percent, plural, waited } from '../format';

const files = (count: number) => plural(count, { one: 'file', other: 'files' });

/** Text of the upload page, of the tray and of what lies over the page while files hang over it. */
export const upload = {
  title: 'Upload photos',
  drop: 'Drop photos or folders anywhere on the page, or paste a picture.',
  pick: 'Choose photos of this device; their tags follow by themselves.',
  dropNow: 'Drop to upload',
  choose: 'Choose photos',
  chooseFolder: 'Choose a folder',
  limits: 'JPEG, PNG, WebP, GIF, TIFF, HEIC and AVIF, up to 100 MiB and 100 megapixels each.',
  before: 'For the photos you add next',
  who: 'Who can see them',
  visibilities: { public: 'Everyone', unlisted: 'Anyone with the link', private: 'Only me' },
  album: 'Album',
  noAlbum: 'No album',
  albums: 'Your albums',
  location: 'Where a photo was taken is shown to nobody but you.',
  leftOut: (count: number) => `${files(count)} left out that cannot be photos.`,
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
  exportList: 'Save the list of failures',
  exportName: 'vignette-failed-uploads.csv',
  unfinished: (count: number) => `${number(count)} unfinished. Choose the same files to go on.`,
  chooseAgain: 'Choose them',
  dropUnfinished: 'Forget them',
  open: 'Open',
  openLabel: (name: string) => `Open ${name}`,
  addTo: (album: string) => `Add to ${album}`,
  addToLabel: (name: string, album: string) => `Add to ${album}: ${name}`,
  addedTo: (album: string) => `In ${album}`,
  addFailed: (name: string) => `${name} was not added to the album.`,
  cancelLabel: (name: string) => `Remove ${name} from the uploads`,
  progressLabel: (name: string) => `Sending ${name}`,
  queued: 'Waiting to be sent',
  ahead: (count: number, seconds: number | null) =>
    seconds === null
      ? `Waiting, ${number(count)} ahead`
      : `Waiting, ${number(count)} ahead, about ${waited(seconds)}`,
  missing: 'Unfinished: choose this file again to go on',
  hashing: 'Looking whether it is here already',
  sending: (share: number) => `Sending ${percent(share)}`,
  checking: 'Sent, being checked',
  paused: {
    line: (share: number) => `No connection. Goes on from ${percent(share)} by itself.`,
    server: (share: number) => `The server is away. Goes on from ${percent(share)} by itself.`,
    limit: () => 'Many at once: goes on in a moment.',
  },
  received: 'Received, making the thumbnail',
  rendered: 'Thumbnail made, tags arriving',
  later: 'Uploaded. The tags will follow.',
  tagged: (count: number) =>
    count ? plural(count, { one: 'tag', other: 'tags' }) : 'Done, no tag was sure enough',
  /** Of a photo that is like others of the same person, which is no reason to refuse it. */
  alike: (count: number) =>
    count === 1 ? 'Looks like one you have' : `Looks like ${number(count)} you have`,
  duplicate: (iso: string) => `Already yours, added ${date(iso)}`,
} as const;
