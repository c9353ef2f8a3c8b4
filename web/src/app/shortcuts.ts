import { t } from '@/shared/i18n';
import { patterns } from '@/shared/url/routes';

type Section = { title: string; rows: readonly (readonly [keys: string, what: string])[] };

const { keys, sections } = t.shortcuts;

const everywhere: Section = {
  title: sections.everywhere,
  rows: [
    ['/', t.shortcuts.search],
    ['g f / e / a / y', t.shortcuts.go],
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

/** The keys of the page at `path` first, then those that hold everywhere. */
export function shortcutsFor(path: string): Section[] {
  if (path === patterns.following) return [following, everywhere];
  return path.startsWith('/p/') ? [photo, everywhere] : [list, everywhere];
}
