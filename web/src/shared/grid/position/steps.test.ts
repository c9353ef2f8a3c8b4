import { beforeEach, expect, it } from 'vitest';
import { forgetSteps, noteStep, seenSince } from './steps';

beforeEach(forgetSteps);

it('leads from the photo that was opened to the one seen last', () => {
  noteStep('a', 'b');
  noteStep('b', 'c');
  expect(seenSince('a')).toBe('c');
  expect(seenSince('b')).toBeNull();
});

it('is nowhere else when someone came back to where it began', () => {
  noteStep('a', 'b');
  noteStep('b', 'a');
  expect(seenSince('a')).toBeNull();
});

it('begins anew with another photo', () => {
  noteStep('a', 'b');
  noteStep('x', 'y');
  expect(seenSince('a')).toBeNull();
  expect(seenSince('x')).toBe('y');
});
