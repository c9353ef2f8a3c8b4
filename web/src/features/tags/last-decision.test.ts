import { expect, it } from 'vitest';
import { confirmed, suggested } from '@/shared/testing/photo';
import { wordOn } from './last-decision';

const at = '2026-05-03T10:00:00Z';
const decision = (label: string, state: 'accepted' | 'rejected') => ({
  label,
  state,
  score: null,
  model_version: null,
  decided_at: at,
});

it('knows when the owner said it', () => {
  const decisions = [decision('dog', 'accepted'), decision('kayak', 'rejected')];
  expect(wordOn(confirmed('dog'), decisions, true)).toEqual({ own: true, at });
  // A fresh decision that has no date from the server yet.
  expect(wordOn(confirmed('kayak'), decisions, true)).toEqual({ own: true, at: null });
});

it('does not put words into the mouth of a machine', () => {
  expect(wordOn(suggested('dog', 0.8), [decision('dog', 'accepted')], true)).toBeNull();
});
