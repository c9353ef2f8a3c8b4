import type { Mutation, QueryClient } from '@tanstack/react-query';
import { t } from '@/shared/i18n';
import { toast } from '@/shared/ui';

type StoredChange = { kind: string; variables: unknown };

const prefixOf = (username: string) => `vignette.waiting.${username}.`;

function namesOf(prefix: string): string[] {
  try {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(prefix))
      .sort();
  } catch {
    return [];
  }
}

function write(name: string, kept: StoredChange): void {
  try {
    localStorage.setItem(name, JSON.stringify(kept));
  } catch {
    // Storage is blocked or full: the queue lasts as long as the page.
  }
}

/** Remove and return a stored change; null if it is unreadable. */
function take(name: string): StoredChange | null {
  try {
    const text = localStorage.getItem(name);
    localStorage.removeItem(name);
    const kept: unknown = text ? JSON.parse(text) : null;
    if (typeof kept !== 'object' || kept === null || !('kind' in kept)) return null;
    const { kind, variables } = { variables: null, ...kept };
    return typeof kind === 'string' ? { kind, variables } : null;
  } catch {
    return null;
  }
}

let count = 0;
/** Names sort by creation time. */
const newName = (prefix: string) => `${prefix}${Date.now()}-${String(count++).padStart(6, '0')}`;

async function redo(client: QueryClient, names: string[]): Promise<void> {
  const { replays } = await import('./replay');
  const kept = names.flatMap((name) => take(name) ?? []);
  const done = kept.map(({ kind, variables }) => replays[kind]?.(client, variables));
  const outcomes = await Promise.allSettled(done);
  // Rejected mutations have shown their own error.
  const saved = outcomes.filter(({ status }) => status === 'fulfilled').length;
  if (saved > 0) toast(t.frame.caughtUp(saved));
}

/**
 * Persist the user's paused mutations until they are answered, and replay those an earlier page
 * left behind. Every change sets a state rather than toggling one, so a replay is idempotent. See
 * docs/decisions/0028.
 *
 * @returns stops persisting
 */
export function persistChanges(client: QueryClient, username: string): () => void {
  const prefix = prefixOf(username);
  const names = new WeakMap<Mutation, string>();
  const leftovers = namesOf(prefix);
  const stop = client.getMutationCache().subscribe(({ mutation }) => {
    const kind = mutation?.meta?.replayAs;
    if (!mutation || typeof kind !== 'string') return;
    const { isPaused, status, variables } = mutation.state;
    const name = names.get(mutation);
    if (name && status !== 'pending') {
      names.delete(mutation);
      take(name);
    } else if (!name && isPaused) {
      const made = newName(prefix);
      names.set(mutation, made);
      write(made, { kind, variables });
    }
  });
  // If the replay code cannot load, the changes stay for the next visit.
  if (leftovers.length > 0) redo(client, leftovers).catch(() => undefined);
  return stop;
}

/** On sign-out: the next user of this browser must not inherit these changes. */
export function forgetChanges(client: QueryClient): void {
  for (const name of namesOf('vignette.waiting.')) take(name);
  client.getMutationCache().clear();
}
