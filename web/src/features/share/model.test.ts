import { expect, it } from 'vitest';
import { ApiProblem } from '@/shared/api';
import { linkState } from './model';

it.each([
  ['password_required', 401, 'locked'],
  ['wrong_password', 401, 'locked'],
  ['link_expired', 410, 'expired'],
  ['not_found', 404, 'unknown'],
  ['rate_limited', 429, 'failed'],
  ['network', 0, 'failed'],
] as const)('%s (%i) is %s', (code, status, wanted) => {
  expect(linkState(new ApiProblem({ code, status }))).toBe(wanted);
});

it('is open when nothing was refused', () => expect(linkState(null)).toBe('open'));
