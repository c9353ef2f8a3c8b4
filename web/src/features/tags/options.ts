import type { Tag } from '@/shared/api';
import { parseLabels } from './decision';

/** An option of the tag field; `fresh` marks a label that is not in use yet. */
export type Option = { label: string; count: number | null; fresh: boolean };

/** The text after the last comma, in the server's spelling. */
export const typedLabel = (text: string): string =>
  parseLabels(text.slice(text.lastIndexOf(',') + 1)).labels[0] ?? '';

/** Matching labels that the photo lacks, and the typed text itself last. */
export function optionsFor(
  text: string,
  known: { label: string; count: number }[],
  all: Tag[],
): Option[] {
  const typed = typedLabel(text);
  if (!typed) return [];
  const taken = new Set(all.filter((tag) => tag.state === 'accepted').map((tag) => tag.label));
  const options: Option[] = known
    .filter(({ label }) => label.startsWith(typed) && !taken.has(label))
    .map(({ label, count }) => ({ label, count, fresh: false }));
  const { bad } = parseLabels(typed);
  if (bad || taken.has(typed) || options.some(({ label }) => label === typed)) return options;
  const fresh = !all.some((tag) => tag.label === typed);
  return [...options, { label: typed, count: null, fresh }];
}
