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
 * The server no longer knows this session. Who was signed in stays on the page, asked to sign in
 * again, so that nothing that they typed is lost; for anyone else the profile is asked for anew.
 */
export function noteSignedOut(client: QueryClient): void {
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
