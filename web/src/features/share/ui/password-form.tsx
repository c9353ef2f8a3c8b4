import { type FormEvent, useEffect, useRef, useState } from 'react';
import { problemText, t } from '@/shared/i18n';
import { Button, TextField, useTitle } from '@/shared/ui';
import { useUnlock } from '../api';

/** Input and error of the server-rendered form that this one replaces. */
function servedForm() {
  const field = document.querySelector<HTMLInputElement>('#served input[name=password]');
  return {
    typed: field?.value ?? '',
    problem: document.querySelector('#served [role=alert]')?.textContent ?? undefined,
    focused: field !== null && document.activeElement === field,
  };
}

export function PasswordForm({ token }: { token: string }) {
  useTitle(t.share.locked);
  const form = useRef<HTMLFormElement>(null);
  const unlock = useUnlock(token);
  const [served] = useState(servedForm);
  const [missing, setMissing] = useState(false);
  const error = missing
    ? t.share.passwordNeeded
    : unlock.error
      ? problemText(unlock.error)
      : unlock.isIdle
        ? served.problem
        : undefined;
  useEffect(() => {
    if (error) form.current?.querySelector('input')?.focus();
  }, [error]);
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('password') ?? '');
    setMissing(password === '');
    if (password) unlock.mutate(password);
  };
  return (
    <div className="shared-form">
      <h1>{t.share.locked}</h1>
      <p>{t.share.lockedText}</p>
      <form ref={form} noValidate onSubmit={onSubmit}>
        <TextField
          label={t.share.password}
          name="password"
          type="password"
          autoComplete="off"
          defaultValue={served.typed}
          autoFocus={served.focused}
          error={error}
        />
        <Button type="submit" look="primary" disabled={unlock.isPending}>
          {t.share.open}
        </Button>
      </form>
    </div>
  );
}
