import { ApiProblem, type User } from '@/shared/api';
import { problemText } from '@/shared/i18n';

export const profileFields = ['display_name', 'username', 'email', 'bio'] as const;
export type ProfileText = Pick<User, (typeof profileFields)[number]>;

/** The changed fields, trimmed. */
export function changedProfile(form: ProfileText, user: User): Partial<ProfileText> {
  return Object.fromEntries(
    profileFields
      .map((field) => [field, form[field].trim()] as const)
      .filter(([field, value]) => value !== user[field]),
  );
}

const fieldOfCode: Record<string, string> = {
  username_taken: 'username',
  email_taken: 'email',
  incorrect_password: 'current',
  weak_password: 'new',
};

/** Map a server error to its field; other errors are shown by the form. */
export function errorsByField(error: unknown): Record<string, string> {
  if (!(error instanceof ApiProblem)) return {};
  const field = fieldOfCode[error.code];
  if (field) return { [field]: problemText(error) };
  return Object.fromEntries(
    error.errors.map(({ field: path, message }) => [path.split('.').at(-1) ?? '', message]),
  );
}

export const lastings = ['never', 'month', 'quarter', 'year'] as const;
export type Lasting = (typeof lastings)[number];

const days: Record<Lasting, number | null> = { never: null, month: 30, quarter: 90, year: 365 };

/** Expiry of a new key, as an ISO time. */
export function endOf(lasting: Lasting, now: number): string | null {
  const count = days[lasting];
  return count === null ? null : new Date(now + count * 86_400_000).toISOString();
}
