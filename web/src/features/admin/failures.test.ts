import { expect, it } from 'vitest';
import type { DeadLetter } from '@/shared/api';
import { groupFailures, readQuota } from './failures';

const letter = (id: string, code: string, minute: number): DeadLetter => ({
  id,
  photo_id: `photo-${id}`,
  owner: { username: 'anna', display_name: 'Anna', avatar_url: null },
  step: 'tag',
  code,
  detail: '',
  attempts: 3,
  created_at: `2026-11-01T10:0${minute}:00Z`,
});

it('groups by reason, largest group first, with its time span', () => {
  const letters = [
    letter('a', 'timed_out', 5),
    letter('b', 'model_error', 4),
    letter('c', 'model_error', 2),
  ];
  const groups = groupFailures(letters);
  expect(groups.map(({ code, letters }) => [code, letters.map(({ id }) => id)])).toEqual([
    ['model_error', ['b', 'c']],
    ['timed_out', ['a']],
  ]);
  expect(groups[0]).toMatchObject({ first: '2026-11-01T10:02:00Z', last: '2026-11-01T10:04:00Z' });
});

it('separates the same reason in different steps', () => {
  const other = { ...letter('b', 'timed_out', 1), step: 'render' };
  expect(groupFailures([letter('a', 'timed_out', 0), other])).toHaveLength(2);
});

it.each([
  ['', null],
  [' 20 ', 20_000_000_000],
  ['0.5', 500_000_000],
  ['1,5', 1_500_000_000],
  ['-1', undefined],
  ['much', undefined],
  ['1e99', undefined],
])('parses the quota %j as %s bytes', (typed, bytes) => expect(readQuota(typed)).toBe(bytes));
