import { expect, it } from 'vitest';
import { ApiProblem, type User } from '@/shared/api';
import { changedProfile, endOf, errorsByField } from './model';
import { sectionOf } from './sections';

const user: User = {
  username: 'anna',
  display_name: 'Anna',
  email: 'anna@example.org',
  bio: '',
  role: 'user',
  counts: { photos: 0, followers: 0, following: 0, likes: 0 },
  allow_downloads: false,
  bytes_used: 0,
  default_visibility: 'public',
};

it('sends only changed fields', () => {
  expect(changedProfile({ ...user, display_name: ' Anna ' }, user)).toEqual({});
  expect(changedProfile({ ...user, bio: 'Lakes. ' }, user)).toEqual({ bio: 'Lakes.' });
});

it.each([
  ['incorrect_password', 'current'],
  ['weak_password', 'new'],
  ['email_taken', 'email'],
])('assigns %s to the field %s', (code, field) => {
  expect(Object.keys(errorsByField(new ApiProblem({ code, status: 422 })))).toEqual([field]);
});

it('reads the fields that the server reports', () => {
  const errors = [{ field: 'body.email', message: 'No address.' }];
  const problem = new ApiProblem({ code: 'validation_failed', status: 422, errors });
  expect(errorsByField(problem)).toEqual({ email: 'No address.' });
  expect(errorsByField(new Error('x'))).toEqual({});
});

it('expires keys after whole days', () => {
  const now = Date.parse('2026-11-01T12:00:00Z');
  expect(endOf('month', now)).toBe('2026-12-01T12:00:00.000Z');
  expect(endOf('never', now)).toBeNull();
});

it('finds sections by their addresses', () => {
  expect(sectionOf(undefined)).toBe('profile');
  expect(sectionOf('keys')).toBe('keys');
  expect(sectionOf('nothing')).toBeNull();
});
