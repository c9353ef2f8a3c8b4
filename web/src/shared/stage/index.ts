import type { Photo } from '@/shared/api';

/** A small picture is shown somewhat larger than it is, never so much that it turns to mush. */
const largestZoom = 1.5;

export const stageClasses = {
  frame: 'flex size-full items-center justify-center lg:p-6',
  box: 'relative max-h-full max-w-full bg-center bg-cover',
  picture: 'size-full object-contain [view-transition-name:photo]',
};

type Size = Pick<Photo, 'width' | 'height'>;

/** The width of a picture's box as CSS: known before its bytes, from the height that it may take. */
export function stageWidth({ width, height }: Size): string {
  const byHeight = `calc(var(--stage-height) * ${width / height})`;
  return `min(100%, ${byHeight}, ${Math.max(width * largestZoom, 480)}px)`;
}

/**
 * About that width for `sizes`, which knows no variables: beside rail and panel in a wide window, in
 * half of a narrow one's height. `alone`: without the panel, or with the whole screen.
 */
export function stageSizes({ width, height }: Size, alone = false): string {
  if (alone) return '100vw';
  const ratio = (width / height).toFixed(3);
  return `(width >= 1024px) min(100vw - 472px, (100vh - 48px) * ${ratio}), min(100vw, 52vh * ${ratio})`;
}
