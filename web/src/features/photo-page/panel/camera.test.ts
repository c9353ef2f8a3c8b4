import { expect, it } from 'vitest';
import { cameraName, exposureOf } from './camera';

it("does not repeat the maker's name", () => {
  expect(cameraName({ make: 'Canon', model: 'Canon EOS R5' })).toBe('Canon EOS R5');
  expect(cameraName({ make: 'NIKON', model: 'Z 6' })).toBe('NIKON Z 6');
});

it('formats exposure as photographers do', () => {
  const camera = { aperture: 2.8, exposure_s: 0.004, iso: 1600, focal_length_mm: 50 };
  expect(exposureOf(camera)).toBe('f/2.8 · 1/250 s · ISO 1600 · 50 mm');
  expect(exposureOf({ exposure_s: 2.5 })).toBe('2.5 s');
  expect(exposureOf({})).toBe('');
});
