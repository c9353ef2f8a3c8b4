import { ApiProblem, type User } from '@/shared/api';
import { problemText } from '@/shared/i18n';

export const profileFields = ['display_name', 'username', 'email', 'bio'] as const;
export type ProfileText = Pick<User, (typeof profileFields)[number]>;

/** What of the form differs from the profile; edges are not part of what was typed. */
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

/** A refusal by the field that it speaks of; what belongs to none is left to the form. */
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

/** When a key of that lasting ends, as the API writes times. */
export function endOf(lasting: Lasting, now: number): string | null {
  const count = days[lasting];
  return count === null ? null : new Date(now + count * 86_400_000).toISOString();
}
