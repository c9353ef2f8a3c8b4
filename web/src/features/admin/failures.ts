import type { DeadLetter } from '@/shared/api';

/** Dead letters of one step with the same reason. */
export type FailureGroup = {
  step: string;
  code: string;
  letters: DeadLetter[];
  first: string;
  last: string;
};

/** Group by reason, largest group first; order within a group is kept. */
export function groupFailures(letters: readonly DeadLetter[]): FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const letter of letters) {
    const { step, code, created_at: at } = letter;
    const key = `${step} ${code}`;
    const group = groups.get(key) ?? { step, code, letters: [], first: at, last: at };
    groups.set(key, {
      ...group,
      letters: [...group.letters, letter],
      first: Date.parse(at) < Date.parse(group.first) ? at : group.first,
      last: Date.parse(at) > Date.parse(group.last) ? at : group.last,
    });
  }
  return [...groups.values()].sort((a, b) => b.letters.length - a.letters.length);
}

/** Parse a quota in gigabytes to bytes: null if empty, undefined if not a number. */
export function readQuota(typed: string): number | null | undefined {
  const trimmed = typed.trim().replace(',', '.');
  if (!trimmed) return null;
  const gigabytes = Number(trimmed);
  const bytes = Math.round(gigabytes * 1e9);
  return gigabytes >= 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}
