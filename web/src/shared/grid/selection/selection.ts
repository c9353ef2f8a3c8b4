import { useMemo, useState } from 'react';
import type { Photo } from '@/shared/api';

/** Selected ids; `from` is the anchor of a range. */
export type Chosen = { ids: ReadonlySet<string>; from: string | null };

export const nothing: Chosen = { ids: new Set(), from: null };

export function toggled({ ids, from }: Chosen, id: string): Chosen {
  const next = new Set(ids);
  if (next.delete(id)) return { ids: next, from: from === id ? null : from };
  return { ids: next.add(id), from: id };
}

/** Extend the selection from the anchor to `id`, in list order. */
export function extended(chosen: Chosen, order: readonly string[], id: string): Chosen {
  const from = chosen.from === null ? -1 : order.indexOf(chosen.from);
  const to = order.indexOf(id);
  if (from < 0 || to < 0) return { ids: new Set([...chosen.ids, id]), from: id };
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...chosen.ids, ...range]), from: chosen.from };
}

export type Selection = {
  ids: ReadonlySet<string>;
  toggle: (id: string) => void;
  extend: (id: string) => void;
  all: () => void;
  clear: () => void;
};

/** Selection of a list; photos that leave the list are deselected. */
export function useSelection(photos: readonly Photo[]): Selection {
  const [chosen, setChosen] = useState(nothing);
  const ids = useMemo(() => {
    if (chosen.ids.size === 0) return chosen.ids;
    return new Set(photos.map(({ id }) => id).filter((id) => chosen.ids.has(id)));
  }, [photos, chosen]);
  return useMemo(() => {
    const order = () => photos.map(({ id }) => id);
    return {
      ids,
      toggle: (id) => setChosen((now) => toggled(now, id)),
      extend: (id) => setChosen((now) => extended(now, order(), id)),
      all: () => setChosen({ ids: new Set(order()), from: null }),
      clear: () => setChosen(nothing),
    };
  }, [photos, ids]);
}
