import type { Mutation, QueryClient } from '@tanstack/react-query';
import { t } from '@/shared/i18n';
import { toast } from '@/shared/ui';

type Kept = { kind: string; variables: unknown };

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

function write(name: string, kept: Kept): void {
  try {
    localStorage.setItem(name, JSON.stringify(kept));
  } catch {
    // Storage is blocked or full: what waits lasts as long as the page.
  }
}

/** Takes what was written down; what cannot be read is dropped. */
function take(name: string): Kept | null {
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
/** They sort by when they were made. */
const newName = (prefix: string) => `${prefix}${Date.now()}-${String(count++).padStart(6, '0')}`;

async function redo(client: QueryClient, names: string[]): Promise<void> {
  const { keptChanges } = await import('./replay');
  const kept = names.flatMap((name) => take(name) ?? []);
  const done = kept.map(({ kind, variables }) => keptChanges[kind]?.(client, variables));
  const outcomes = await Promise.allSettled(done);
  // What was refused has said so itself.
  const saved = outcomes.filter(({ status }) => status === 'fulfilled').length;
  if (saved > 0) toast(t.frame.caughtUp(saved));
}

/**
 * Writes down the changes of this user that wait for the connection, each until it is answered, and
 * does those that an earlier page left. They say what shall be, not what to alter: twice is as once.
 *
 * @returns stops writing
 */
export function keepChanges(client: QueryClient, username: string): () => void {
  const prefix = prefixOf(username);
  const names = new WeakMap<Mutation, string>();
  const left = namesOf(prefix);
  const stop = client.getMutationCache().subscribe(({ mutation }) => {
    const kind = mutation?.meta?.kept;
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
  // Where its code cannot be fetched they stay for the next visit.
  if (left.length > 0) redo(client, left).catch(() => undefined);
  return stop;
}

/** For signing out: nobody who uses this browser next does what these people wanted. */
export function forgetChanges(client: QueryClient): void {
  for (const name of namesOf('vignette.waiting.')) take(name);
  client.getMutationCache().clear();
}
