import { t } from '@/shared/i18n';
import { patterns } from '@/shared/url/routes';

type Section = { title: string; rows: readonly (readonly [keys: string, what: string])[] };

const { keys, sections } = t.shortcuts;

const everywhere: Section = {
  title: sections.everywhere,
  rows: [
    ['/', t.shortcuts.search],
    ['g f / e', t.shortcuts.go],
    ['g u / a / y / t', t.shortcuts.goOwn],
    ['u', t.shortcuts.upload],
    [keys.undo, t.shortcuts.undo],
    ['?', t.shortcuts.help],
    [keys.escape, t.shortcuts.close],
  ],
};

const list: Section = {
  title: sections.list,
  rows: [
    [keys.arrows, t.shortcuts.move],
    [keys.enter, t.shortcuts.open],
    ['l', t.shortcuts.like],
    ['x', t.shortcuts.select],
    [keys.range, t.shortcuts.range],
    [keys.all, t.shortcuts.all],
  ],
};

const photo: Section = {
  title: sections.photo,
  rows: [
    [t.shortcuts.more.sides, t.shortcuts.more.step],
    ['l', t.shortcuts.like],
    ['c', t.shortcuts.comment],
    ['t', t.shortcuts.addTag],
    ['1 – 9', t.shortcuts.toTag],
    ['a / x', t.shortcuts.judge],
    ['h', t.shortcuts.why],
    ['s', t.shortcuts.more.similar],
    ['i', t.shortcuts.more.panel],
    ['z', t.shortcuts.more.zoom],
    ['f', t.shortcuts.more.fullScreen],
    ['d', t.shortcuts.more.download],
    [keys.delete, t.shortcuts.trash],
  ],
};

const following: Section = {
  title: t.people.feed.title,
  rows: [
    ['j / k', t.shortcuts.more.nextOrPrevious],
    ['o', t.shortcuts.open],
    ['l', t.shortcuts.like],
    ['c', t.shortcuts.comment],
  ],
};

const jobs = [['g j', t.shortcuts.goJobs]] as const;

/** Pages with a photo grid. */
const lists = [patterns.feed, patterns.explore, patterns.you, patterns.profile];

const hasList = (path: string) =>
  path.startsWith('/a/') ||
  lists.some((page) => (typeof page === 'string' ? page === path : page.test(path)));

/** Shortcuts of the page at `path`, then the global ones. */
export function shortcutsFor(path: string, admin: boolean): Section[] {
  const common = admin ? { ...everywhere, rows: [...everywhere.rows, ...jobs] } : everywhere;
  if (path === patterns.following) return [following, common];
  if (path.startsWith('/p/')) return [photo, common];
  return hasList(path) ? [list, common] : [common];
}
