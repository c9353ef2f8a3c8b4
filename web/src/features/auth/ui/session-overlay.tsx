import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { sessionKey, setExpired, useSetSession } from '@/entities/session';
import { api, type User, unwrap } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { Button } from '@/shared/ui';
import { PasswordField } from './password-field';

/** Asks for the password above the page, which stays mounted. */
export default function SessionOverlay({ user }: { user: User }) {
  const client = useQueryClient();
  const setSession = useSetSession();
  const signIn = useMutation({
    mutationFn: (password: string) =>
      unwrap(api.POST('/api/v1/auth/login', { body: { login: user.username, password } })),
    onSuccess: (answer) => {
      client.setQueryData(sessionKey, answer.user);
      setExpired(false);
      // Refetch what failed meanwhile; keep everything else on the page.
      void client.refetchQueries({
        type: 'active',
        predicate: ({ state }) => state.error !== null,
      });
    },
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    signIn.mutate(String(new FormData(event.currentTarget).get('password')));
  };
  const leave = () => {
    setExpired(false);
    setSession(null);
  };
  return (
    <AlertDialog.Root open>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-veil" />
        <AlertDialog.Popup className="fixed inset-x-4 top-[15vh] z-40 mx-auto flex max-h-[75vh] max-w-[400px] flex-col gap-4 overflow-auto rounded-control border border-line bg-surface p-6 text-text shadow-layer">
          <AlertDialog.Title className="font-bold text-18">{t.session.title}</AlertDialog.Title>
          <AlertDialog.Description className="text-13 text-muted">
            {t.session.text}
          </AlertDialog.Description>
          <form noValidate onSubmit={onSubmit} className="flex flex-col gap-3">
            <p className="font-medium text-13">{t.you.account(user.display_name, user.username)}</p>
            <input type="hidden" autoComplete="username" value={user.username} readOnly />
            <PasswordField
              autoComplete="current-password"
              error={signIn.error ? problemText(signIn.error) : undefined}
            />
            <div className="flex flex-wrap justify-end gap-2">
              <Button look="quiet" onClick={leave}>
                {t.session.leave}
              </Button>
              <Button type="submit" look="primary" disabled={signIn.isPending}>
                {t.session.signIn}
              </Button>
            </div>
          </form>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
