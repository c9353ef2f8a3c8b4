import { beforeEach, expect, it } from 'vitest';
import { forgetSteps, lastStepFrom, recordStep } from './steps';

beforeEach(forgetSteps);

it('leads from the opened photo to the last one stepped to', () => {
  recordStep('a', 'b');
  recordStep('b', 'c');
  expect(lastStepFrom('a')).toBe('c');
  expect(lastStepFrom('b')).toBeNull();
});

it('is null after stepping back to the opened photo', () => {
  recordStep('a', 'b');
  recordStep('b', 'a');
  expect(lastStepFrom('a')).toBeNull();
});

it('starts over with another photo', () => {
  recordStep('a', 'b');
  recordStep('x', 'y');
  expect(lastStepFrom('a')).toBeNull();
  expect(lastStepFrom('x')).toBe('y');
});
