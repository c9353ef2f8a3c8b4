import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { User } from '@/shared/api';
import { sessionKey } from './session';

let expired = false;
const listeners = new Set<() => void>();

export function setExpired(now: boolean): void {
  expired = now;
  for (const listener of listeners) listener();
}

/**
 * Handle an ended session. A signed-in user keeps the page and is asked to sign in again, so
 * nothing typed is lost; otherwise the profile is refetched.
 */
export function handleSignedOut(client: QueryClient): void {
  if (client.getQueryData<User | null>(sessionKey)) setExpired(true);
  else void client.invalidateQueries({ queryKey: sessionKey });
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export const useExpired = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => expired,
    () => false,
  );
