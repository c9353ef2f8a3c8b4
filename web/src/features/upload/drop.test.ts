import { expect, it } from 'vitest';
import { isLikelyPhoto } from './drop';

it.each([
  ['IMG_1.JPG', '', true],
  ['a.heic', '', true],
  ['odd-name', 'image/png', true],
  ['.DS_Store', '', false],
  ['._a.jpg', 'image/jpeg', false],
  ['clip.mp4', 'video/mp4', false],
  ['notes.txt', 'text/plain', false],
])('%s (%s) in a folder is a photo: %s', (name, type, wanted) => {
  expect(isLikelyPhoto(new File(['x'], name, { type }))).toBe(wanted);
});
