import { expect, it } from 'vitest';
import { isTyping } from './typing';

it.each([
  [{ tagName: 'INPUT', type: 'text' }, true],
  [{ tagName: 'INPUT', type: 'password' }, true],
  [{ tagName: 'TEXTAREA' }, true],
  [{ tagName: 'DIV', isContentEditable: true }, true],
  [{ tagName: 'INPUT', type: 'radio' }, false],
  [{ tagName: 'A' }, false],
  [null, false],
])('%j takes text: %s', (target, typing) => {
  expect(isTyping(target)).toBe(typing);
});
