import { expect, it } from 'vitest';
import { byYear, monthEnding, monthOf, monthsSince } from './months';

const months = monthsSince('2025-11-30T23:59:00Z', new Date('2026-02-01T00:00:00Z'));

it('lists the months from now back to joining', () => {
  expect(months.map(({ start }) => start.slice(0, 7))).toEqual([
    '2026-02',
    '2026-01',
    '2025-12',
    '2025-11',
  ]);
});

it('ends a month at the start of the next', () => {
  expect(months[2]?.end).toBe(months[1]?.start);
});

it('has one month for a user who joined today', () => {
  const now = new Date('2026-02-01T12:00:00Z');
  expect(monthsSince('2026-02-01T10:00:00Z', now)).toHaveLength(1);
});

it('groups by year, latest first', () => {
  expect(byYear(months).map(({ year, months: each }) => [year, each.length])).toEqual([
    [2026, 2],
    [2025, 2],
  ]);
});

it('ignores addresses that it did not build', () => {
  expect(monthEnding(months, months[1]?.end ?? null)).toBe(months[1]);
  expect(monthEnding(months, 'yesterday')).toBeNull();
  expect(monthEnding(months, null)).toBeNull();
});

it('assigns the end of a month to the next one', () => {
  expect(monthOf(months, '2025-12-31T23:59:59Z')?.start.slice(0, 7)).toBe('2025-12');
  expect(monthOf(months, '2026-01-01T00:00:00Z')?.start.slice(0, 7)).toBe('2026-01');
  expect(monthOf(months, '2024-01-01T00:00:00Z')).toBeNull();
});
