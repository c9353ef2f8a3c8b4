import { ApiProblem } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';

export type FieldErrors = Partial<Record<'username' | 'email' | 'login' | 'password', string>>;

const minPassword = 10;

/** Validate a registration before it is sent; the server validates again. */
export function checkJoin(form: {
  username: string;
  email: string;
  password: string;
}): FieldErrors {
  const errors: FieldErrors = {};
  if (!/^[A-Za-z0-9_.-]{3,32}$/.test(form.username.trim())) errors.username = t.auth.badUsername;
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(form.email.trim())) errors.email = t.auth.badEmail;
  if (form.password.length < minPassword) errors.password = t.auth.tooShort;
  return errors;
}

export function checkSignIn(form: { login: string; password: string }): FieldErrors {
  const errors: FieldErrors = {};
  if (!form.login.trim()) errors.login = t.auth.required(t.auth.login);
  if (!form.password) errors.password = t.auth.required(t.auth.password);
  return errors;
}

/** Describe a password's strength. Only length counts: cracking tools know every substitution. */
export function passwordStrength(password: string): string {
  const { strength } = t.auth;
  if (!password) return strength.none;
  if (password.length < minPassword) return strength.short(minPassword - password.length);
  if (new Set(password).size < 5) return strength.repeated;
  return password.length >= 16 ? strength.strong : strength.fair;
}

const fieldOfCode: Record<string, keyof FieldErrors> = {
  username_taken: 'username',
  email_taken: 'email',
  weak_password: 'password',
};

const isField = (name: string): name is keyof FieldErrors =>
  ['username', 'email', 'login', 'password'].includes(name);

/** Map a server error to form fields; empty if it names none. */
export function fieldErrors(error: unknown): FieldErrors {
  if (!(error instanceof ApiProblem)) return {};
  const field = fieldOfCode[error.code];
  if (field) return { [field]: problemText(error) };
  const named = error.errors.map(({ field: path, message }) => {
    const name = path.split('.').at(-1) ?? '';
    return isField(name) ? { [name]: message } : {};
  });
  return Object.assign({}, ...named);
}
