import { describe, expect, it } from 'vitest';
import { ApiProblem } from '@/shared/api';
import { checkJoin, checkSignIn, fieldErrors, passwordStrength } from './model';

const good = { username: 'anna.b', email: 'anna@example.org', password: 'ten letters' };

describe('checkJoin', () => {
  it('accepts a valid registration', () => expect(checkJoin(good)).toEqual({}));

  it.each([
    ['username', 'an'],
    ['username', 'anna b'],
    ['email', 'anna'],
    ['password', 'too short'],
  ])('reports the field %s for %j', (field, value) => {
    expect(Object.keys(checkJoin({ ...good, [field]: value }))).toEqual([field]);
  });
});

it('requires login and password', () => {
  expect(Object.keys(checkSignIn({ login: ' ', password: '' }))).toEqual(['login', 'password']);
});

describe('fieldErrors', () => {
  it('assigns a taken username to its field', () => {
    const error = new ApiProblem({ code: 'username_taken', status: 409 });
    expect(Object.keys(fieldErrors(error))).toEqual(['username']);
  });

  it('assigns validation errors to the fields they name', () => {
    const errors = [{ field: 'body.email', message: 'Not an address.' }];
    const error = new ApiProblem({ code: 'validation_failed', status: 422, errors });
    expect(fieldErrors(error)).toEqual({ email: 'Not an address.' });
  });

  it('leaves other errors to the form', () => {
    expect(fieldErrors(new ApiProblem({ code: 'rate_limited', status: 429 }))).toEqual({});
  });
});

it('describes password strength', () => {
  expect(passwordStrength('abcdefg')).toBe('3 more characters needed.');
  expect(passwordStrength('aaaaaaaaaaaa')).toContain('simple');
  expect(passwordStrength('correct horse battery')).toContain('Strong');
});
