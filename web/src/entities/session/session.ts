import {
  type Query,
  type QueryClient,
  queryOptions,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback } from 'react';
import { ApiProblem, api, carries, type User, unwrap } from '@/shared/api';

export const sessionKey = ['session'] as const;
const hintKey = 'vignette.signed-in';

/**
 * The session cookie is out of reach of scripts, so a mark beside it says whether asking for the
 * profile makes sense; without it every signed-out visit would begin with a refused request.
 */
const hint = {
  get: () => {
    try {
      return localStorage.getItem(hintKey) !== null;
    } catch {
      return true;
    }
  },
  set: (signedIn: boolean) => {
    try {
      if (signedIn) localStorage.setItem(hintKey, '1');
      else localStorage.removeItem(hintKey);
    } catch {
      // Storage is blocked: `get` answers yes, at the price of that request.
    }
  },
};

async function fetchSession(signal: AbortSignal): Promise<User | null> {
  if (!hint.get()) return null;
  try {
    return await unwrap(api.GET('/api/v1/me', { signal }));
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 401)) throw error;
    hint.set(false);
    return null;
  }
}

export type Session = { user: User | null; pending: boolean };

const sessionQuery = queryOptions({
  queryKey: sessionKey,
  queryFn: ({ signal }) => fetchSession(signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Finds out who is signed in, where that takes no request. */
export async function takeSession(client: QueryClient): Promise<void> {
  if (!hint.get() || carries('/api/v1/me')) await client.prefetchQuery(sessionQuery);
}

export function useSession(): Session {
  const query = useQuery(sessionQuery);
  return { user: query.data ?? null, pending: query.isPending };
}

/** Sets who is signed in, and drops all that was loaded for someone else's eyes. */
export function useSetSession(): (user: User | null) => void {
  const client = useQueryClient();
  return useCallback(
    (user) => {
      hint.set(user !== null);
      client.setQueryData(sessionKey, user);
      const predicate = (query: Query) => query.queryKey[0] !== sessionKey[0];
      client.removeQueries({ predicate, type: 'inactive' });
      void client.resetQueries({ predicate, type: 'active' });
    },
    [client],
  );
}
