import type { TagCount } from '@/shared/api';
import type { FacetState } from './query';

export type Facet = { label: string; count: number; state: FacetState };

/**
 * The facets in an order that does not depend on the search, so that a button stays under the
 * pointer while one presses it: what the query names and no list knows, then all tags by how common
 * they are, then what only this search has. A tag that the search finds nowhere has count 0.
 */
export function facetList(
  all: TagCount[],
  found: TagCount[],
  chosen: ReadonlyMap<string, FacetState>,
): Facet[] {
  const counts = new Map(found.map(({ label, count }) => [label, count]));
  const common = new Set([...all, ...found].map(({ label }) => label));
  const rare = [...chosen.keys()].filter((label) => !common.has(label));
  return [...rare, ...common].map((label) => ({
    label,
    count: counts.get(label) ?? 0,
    state: chosen.get(label) ?? 'off',
  }));
}
