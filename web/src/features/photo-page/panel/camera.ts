import type { Photo } from '@/shared/api';
import { t } from '@/shared/i18n';

type Camera = NonNullable<Photo['camera']>;

export const cameraName = ({ make, model }: Camera): string =>
  [make && model?.startsWith(make) ? null : make, model].filter(Boolean).join(' ');

/** Aperture, shutter, ISO and focal length, as far as the file has them. */
export function exposureOf({ aperture, exposure_s, iso, focal_length_mm }: Camera): string {
  const parts = [
    aperture && t.photoPage.aperture(aperture),
    exposure_s && t.photoPage.exposure(exposure_s),
    iso && t.photoPage.iso(iso),
    focal_length_mm && t.photoPage.focalLength(focal_length_mm),
  ];
  return parts.filter(Boolean).join(' · ');
}
