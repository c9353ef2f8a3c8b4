import { useMutation } from '@tanstack/react-query';
import { useSetSession } from '@/entities/session';
import { ApiProblem, api, unwrap } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { toast } from '@/shared/ui';

type Credentials = { login: string; password: string };
type Registration = { username: string; email: string; password: string };

const signIn = (body: Credentials) => unwrap(api.POST('/api/v1/auth/login', { body }));

export function useSignIn() {
  const setSession = useSetSession();
  return useMutation({
    mutationFn: signIn,
    onSuccess: ({ user }) => setSession(user),
  });
}

/** Register, then sign in with the same credentials. */
export function useJoin() {
  const setSession = useSetSession();
  return useMutation({
    mutationFn: async (body: Registration) => {
      await unwrap(api.POST('/api/v1/auth/register', { body }));
      return signIn({ login: body.username, password: body.password });
    },
    onSuccess: ({ user }) => setSession(user),
  });
}

const leaving = new Set<() => void>();

/** Call `listener` on sign-out, but not when a session expires. */
export function onSignedOut(listener: () => void): () => void {
  leaving.add(listener);
  return () => {
    leaving.delete(listener);
  };
}

/** Reports the outcome itself: the pressed button may have unmounted. */
export function useSignOut() {
  const setSession = useSetSession();
  return useMutation({
    mutationFn: async () => {
      try {
        await unwrap(api.POST('/api/v1/auth/logout'));
      } catch (error) {
        // Already signed out.
        if (!(error instanceof ApiProblem && error.status === 401)) throw error;
      }
    },
    onSuccess: () => {
      setSession(null);
      for (const listener of leaving) listener();
      toast(t.auth.signedOut);
    },
    onError: (error) => toast(`${t.auth.signOutFailed} ${problemText(error)}`),
  });
}
