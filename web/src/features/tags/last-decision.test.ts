import { expect, it } from 'vitest';
import { confirmed, suggested } from '@/shared/testing/samples';
import { lastDecisionOn } from './last-decision';

const at = '2026-05-03T10:00:00Z';
const decision = (label: string, state: 'accepted' | 'rejected') => ({
  label,
  state,
  score: null,
  model_version: null,
  decided_at: at,
});

it("finds the time of the owner's decision", () => {
  const decisions = [decision('dog', 'accepted'), decision('kayak', 'rejected')];
  expect(lastDecisionOn(confirmed('dog'), decisions, true)).toEqual({ own: true, at });
  // A fresh decision that has no date from the server yet.
  expect(lastDecisionOn(confirmed('kayak'), decisions, true)).toEqual({ own: true, at: null });
});

it('has no decision for a suggestion', () => {
  expect(lastDecisionOn(suggested('dog', 0.8), [decision('dog', 'accepted')], true)).toBeNull();
});
