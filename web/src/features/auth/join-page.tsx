import { useMemo, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { t } from '@/shared/i18n';
import { TextField } from '@/shared/ui';
import { hrefs, safeNext } from '@/shared/url/routes';
import { useJoin } from './api';
import { checkJoin, type FieldErrors, fieldErrors, passwordStrength } from './model';
import { AuthForm } from './ui/auth-form';
import { PasswordField } from './ui/password-field';

const none: FieldErrors = {};

const text = (values: FormData, name: string) => String(values.get(name) ?? '').trim();

export default function JoinPage() {
  const next = safeNext(useSearch());
  const [, navigate] = useLocation();
  const [checked, setChecked] = useState(none);
  const [password, setPassword] = useState('');
  const join = useJoin();
  const refused = useMemo(() => fieldErrors(join.error), [join.error]);
  const errors = useMemo(() => ({ ...refused, ...checked }), [refused, checked]);
  const onSubmit = (values: FormData) => {
    const form = {
      username: text(values, 'username'),
      email: text(values, 'email'),
      password: String(values.get('password')),
    };
    const invalid = checkJoin(form);
    setChecked(invalid);
    join.reset();
    if (Object.keys(invalid).length > 0) return;
    join.mutate(form, { onSuccess: () => navigate(next, { replace: true }) });
  };
  return (
    <AuthForm
      title={t.auth.joinTitle}
      submit={t.auth.join}
      pending={join.isPending}
      problem={Object.keys(refused).length > 0 ? null : join.error}
      errors={errors}
      onSubmit={onSubmit}
      footer={
        <>
          {t.auth.haveAccount}{' '}
          <Link href={hrefs.signIn(next)} className="font-medium text-accent underline">
            {t.auth.toSignIn}
          </Link>
        </>
      }
    >
      <TextField
        label={t.auth.username}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        hint={t.auth.usernameHint}
        error={errors.username}
      />
      <TextField
        label={t.auth.email}
        name="email"
        type="email"
        autoComplete="email"
        error={errors.email}
      />
      <PasswordField
        autoComplete="new-password"
        hint={passwordStrength(password)}
        error={errors.password}
        onValue={setPassword}
      />
    </AuthForm>
  );
}
