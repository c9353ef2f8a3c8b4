import type { Photo } from '@/shared/api';

/** Small photos are enlarged a little, never until they blur. */
const largestZoom = 1.5;

export const stageClasses = {
  frame: 'flex size-full items-center justify-center lg:p-6',
  box: 'relative max-h-full max-w-full bg-center bg-cover',
  picture: 'size-full object-contain [view-transition-name:photo]',
};

type Size = Pick<Photo, 'width' | 'height'>;

/** CSS width of a photo's box, known before its bytes. */
export function stageWidth({ width, height }: Size): string {
  const byHeight = `calc(var(--stage-height) * ${width / height})`;
  return `min(100%, ${byHeight}, ${Math.max(width * largestZoom, 480)}px)`;
}

/**
 * Approximation of that width for `sizes`, which cannot use variables. `alone`: without the panel,
 * or in full screen.
 */
export function stageSizes({ width, height }: Size, alone = false): string {
  if (alone) return '100vw';
  const ratio = (width / height).toFixed(3);
  return `(width >= 1024px) min(100vw - 472px, (100vh - 48px) * ${ratio}), min(100vw, 52vh * ${ratio})`;
}
