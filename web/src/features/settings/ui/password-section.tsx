import { type FormEvent, useRef, useState } from 'react';
import { PasswordField, passwordStrength, useSignOut } from '@/features/auth';
import { t } from '@/shared/i18n';
import { text } from '@/shared/i18n/settings';
import { Button, toast } from '@/shared/ui';
import { useChangePassword } from '../api';
import { errorsByField } from '../model';
import { focusFirstError, useFocusOnRefusal } from './focus';
import { Refusal } from './refusal';

const words = text.password;
const minLength = 10;

export function PasswordSection() {
  return (
    <div className="flex flex-col gap-10">
      <PasswordForm />
      <Session />
    </div>
  );
}

function PasswordForm() {
  const form = useRef<HTMLFormElement>(null);
  const [fresh, setFresh] = useState('');
  const [checked, setChecked] = useState<Record<string, string>>({});
  const change = useChangePassword();
  useFocusOnRefusal(form, change.error);
  const refused = errorsByField(change.error);
  const errors = { ...refused, ...checked };
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    const current = String(values.get('current') ?? '');
    const invalid = {
      ...(current ? {} : { current: t.auth.required(words.current) }),
      ...(fresh.length < minLength ? { new: t.auth.tooShort } : {}),
    };
    setChecked(invalid);
    if (Object.keys(invalid).length > 0) return focusFirstError(form);
    change.mutate(
      { current, new: fresh },
      {
        onSuccess: () => {
          form.current?.reset();
          setFresh('');
          toast(words.changed);
        },
      },
    );
  };
  return (
    <form ref={form} noValidate onSubmit={onSubmit} className="flex flex-col gap-3">
      <p className="pb-2 text-muted">{words.note}</p>
      <PasswordField
        label={words.current}
        name="current"
        autoComplete="current-password"
        error={errors.current}
      />
      <PasswordField
        label={words.new}
        name="new"
        autoComplete="new-password"
        hint={passwordStrength(fresh)}
        error={errors.new}
        onValue={setFresh}
      />
      {change.error && Object.keys(refused).length === 0 && (
        <Refusal title={text.notSaved} error={change.error} />
      )}
      <Button type="submit" look="primary" className="mt-2 self-start" disabled={change.isPending}>
        {words.change}
      </Button>
    </form>
  );
}

function Session() {
  const signOut = useSignOut();
  return (
    <div className="flex flex-col items-start gap-3 border-line border-t pt-6">
      <h3 className="font-bold text-18">{words.sessions}</h3>
      <p className="text-muted">{words.sessionsNote}</p>
      <Button disabled={signOut.isPending} onClick={() => signOut.mutate()}>
        {words.signOut}
      </Button>
    </div>
  );
}
