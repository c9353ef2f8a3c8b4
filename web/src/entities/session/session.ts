import {
  type Query,
  type QueryClient,
  queryOptions,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback } from 'react';
import { ApiProblem, api, hasEmbedded, type User, unwrap } from '@/shared/api';

export const sessionKey = ['session'] as const;
const hintKey = 'vignette.signed-in';

/**
 * Scripts cannot read the session cookie. This hint says whether fetching the profile makes sense;
 * without it every signed-out visit would start with a 401.
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
      // Storage is blocked: `get` returns true, which costs that request.
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

/** Load the session if that needs no request. */
export async function loadSession(client: QueryClient): Promise<void> {
  if (!hint.get() || hasEmbedded('/api/v1/me')) await client.prefetchQuery(sessionQuery);
}

export function useSession(): Session {
  const query = useQuery(sessionQuery);
  return { user: query.data ?? null, pending: query.isPending };
}

/** Change the user and drop everything that was loaded for the previous one. */
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
