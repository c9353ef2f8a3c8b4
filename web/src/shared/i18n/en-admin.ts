import { date, fileSize, number, plural, time } from './format';

const photos = (count: number) => plural(count, { one: 'photo', other: 'photos' });
const moment = (iso: string) => `${date(iso)}, ${time(Date.parse(iso))}`;

/** A wait in the words one would use: seconds up to two minutes, then minutes, then hours. */
const waited = (seconds: number) => {
  if (seconds < 120) return `${number(Math.round(seconds))} s`;
  if (seconds < 7200) return `${number(Math.round(seconds / 60))} min`;
  return `${number(Math.round(seconds / 3600))} h`;
};

/** Text of the admin pages; loaded with them. */
export const admin = {
  nav: 'Administration',
  pages: { jobs: 'Jobs', reports: 'Reports', accounts: 'Accounts' },
  jobs: {
    title: 'Jobs',
    what: 'The queues',
    queues: 'Queues',
    updated: (epochMs: number) => `Last update ${time(epochMs)}`,
    notUpdated: 'The figures are old: the server did not answer the last question.',
    names: {
      'photos.render': 'Previews',
      'tagger.tag': 'Tagging',
      'photos.record': 'Recording tags',
      'tagger.predict': 'Answers to programs',
      'tagger.explain': 'Heat maps',
    } as Record<string, string>,
    waiting: 'waiting or under way',
    rate: 'Done a minute',
    oldest: 'Oldest wait',
    workers: 'Workers',
    failures: 'Given up',
    none: '–',
    waited,
    noWorkers: 'Nobody works on this.',
    failed: 'Given up',
    failedWhat: 'What was given up',
    failedEmpty: 'Nothing was given up. Every photo is on its way or done.',
    steps: { render: 'Making the previews', tag: 'Tagging' } as Record<string, string>,
    group: (count: number) => photos(count),
    /** Told by the minute, and the day once. */
    span: (first: string, last: string) => {
      if (moment(first) === moment(last)) return moment(first);
      const end = date(first) === date(last) ? time(Date.parse(last)) : moment(last);
      return `${moment(first)} to ${end}`;
    },
    attempts: (count: number) => plural(count, { one: 'attempt', other: 'attempts' }),
    photoOf: (name: string) => `Photo by ${name}`,
    at: moment,
    trace: 'What the program said',
    show: (count: number) => `Show ${photos(count)}`,
    retry: 'Retry',
    retryLabel: (name: string) => `Retry photo by ${name}`,
    retryAll: (count: number) => `Retry ${photos(count)}`,
    retryEvery: (count: number) => `Retry all ${photos(count)}`,
    hide: (count: number) => `Hide ${photos(count)}`,
    skip: 'Skip photo',
    skipLabel: (name: string) => `Skip photo by ${name}`,
    retried: (count: number) => `Asked again for ${photos(count)}.`,
    skipped: 'The photo stays as it is.',
    partly: (count: number) => `${photos(count)} could not be asked for again.`,
    notDone: 'Nothing was changed.',
    moreThan: (count: number) => `These are the newest ${number(count)}; there are more.`,
  },
  reports: {
    title: 'Reports',
    what: 'The reports',
    status: 'Which reports',
    statuses: { open: 'Open', resolved: 'Decided' },
    emptyOpen: 'No open reports.',
    emptyResolved: 'Nothing was decided yet.',
    list: 'Reports',
    gone: 'The photo is gone.',
    photo: 'Reported photo',
    by: (name: string) => `Photo by ${name}`,
    from: (name: string | null, iso: string) => `${name ?? 'Someone who left'}, ${moment(iso)}`,
    note: 'Note for the record',
    decide: 'Decide',
    dismiss: 'Nothing wrong',
    hide: 'Hide the photo',
    suspend: 'Suspend the owner',
    suspendTitle: 'Suspend the owner?',
    suspendText: (name: string) =>
      `${name} is signed out at once and can no longer sign in; all their photos are hidden. The accounts page takes it back.`,
    cancel: 'Cancel',
    done: {
      dismiss: 'Closed. The photo stays.',
      hide_photo: 'The photo is hidden from all but its owner.',
      suspend_owner: 'The owner is suspended.',
    },
    decided: {
      dismiss: 'Nothing wrong',
      hide_photo: 'Photo hidden',
      suspend_owner: 'Owner suspended',
    },
    decidedBy: (what: string, name: string | null, iso: string) =>
      `${what}, by ${name ?? 'someone who left'}, ${moment(iso)}`,
    reopen: 'Show it again',
    notDone: 'Nothing was decided.',
  },
  accounts: {
    title: 'Accounts',
    what: 'The accounts',
    search: 'Find by the beginning of a name or an e-mail address',
    find: 'Find',
    none: 'Nobody has such a name or address.',
    list: 'Accounts',
    columns: {
      name: 'Account',
      email: 'E-mail',
      photos: 'Photos',
      storage: 'Storage',
      since: 'Since',
      actions: 'Actions',
    },
    you: 'you',
    admin: 'Admin',
    suspended: (iso: string) => `Suspended since ${date(iso)}`,
    joined: (iso: string) => date(iso),
    photos: (count: number) => number(count),
    storage: (used: number, quota: number | null) =>
      quota === null ? fileSize(used) : `${fileSize(used)} of ${fileSize(quota)}`,
    menu: (name: string) => `Change the account ${name}`,
    suspend: 'Suspend',
    suspendTitle: 'Suspend this account?',
    suspendText: (name: string) =>
      `@${name} is signed out at once, keys stop working and photos are hidden, until you lift it.`,
    cancel: 'Cancel',
    lift: 'Lift the suspension',
    makeAdmin: 'Make admin',
    makeUser: 'Take admin rights away',
    quota: 'Set storage',
    quotaTitle: (name: string) => `Storage of @${name}`,
    quotaLabel: 'Gigabytes',
    quotaHint: 'Empty: the site’s default.',
    quotaBad: 'Enter a number from 0, or nothing.',
    save: 'Save',
    done: {
      suspended: (name: string) => `@${name} is suspended.`,
      lifted: (name: string) => `@${name} can sign in again.`,
      admin: (name: string) => `@${name} is an admin now.`,
      user: (name: string) => `@${name} is no admin any more.`,
      quota: (name: string) => `Storage of @${name} is changed.`,
    },
    notDone: 'The account is as it was.',
  },
} as const;
