import type { TagCount } from '@/shared/api';
import type { FacetState } from './query';

export type Facet = { label: string; count: number; state: FacetState };

/**
 * Order facets independently of the results, so that a button stays under the pointer between
 * clicks: first tags that only the query names, then all tags by frequency, then those only this
 * search found. Tags without results have count 0.
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
