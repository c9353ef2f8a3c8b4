import { useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { t } from '@/shared/i18n';
import { TextField } from '@/shared/ui';
import { hrefs, safeNext } from '@/shared/url/routes';
import { useSignIn } from './api';
import { checkSignIn, type FieldErrors } from './model';
import { AuthForm } from './ui/auth-form';
import { PasswordField } from './ui/password-field';

const none: FieldErrors = {};

export default function SignInPage() {
  const next = safeNext(useSearch());
  const [, navigate] = useLocation();
  const [errors, setErrors] = useState(none);
  const signIn = useSignIn();
  const onSubmit = (values: FormData) => {
    const form = { login: String(values.get('login')), password: String(values.get('password')) };
    const invalid = checkSignIn(form);
    setErrors(invalid);
    signIn.reset();
    if (Object.keys(invalid).length > 0) return;
    signIn.mutate(
      { ...form, login: form.login.trim() },
      { onSuccess: () => navigate(next, { replace: true }) },
    );
  };
  return (
    <AuthForm
      title={t.auth.signInTitle}
      submit={t.auth.signIn}
      pending={signIn.isPending}
      problem={signIn.error}
      errors={errors}
      onSubmit={onSubmit}
      footer={
        <>
          {t.auth.noAccount}{' '}
          <Link href={hrefs.join(next)} className="font-medium text-accent underline">
            {t.auth.toJoin}
          </Link>
        </>
      }
    >
      <TextField
        label={t.auth.login}
        name="login"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        error={errors.login}
      />
      <PasswordField autoComplete="current-password" error={errors.password} />
    </AuthForm>
  );
}
