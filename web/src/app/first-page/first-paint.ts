/**
 * Draws the photos embedded in the HTML where the app will draw them, then loads the app. A bundle
 * of its own without React (tools/prerender.mjs). See docs/decisions/0025.
 */
import type { Photo, PhotoPage } from '@/shared/api';
import { firstAddress, peekEmbedded } from '@/shared/api/embedded';
import { placeholderImage } from '@/shared/grid/images/placeholder';
import { sources } from '@/shared/grid/images/renditions';
import {
  type Box,
  captionHeight,
  eagerTiles,
  layoutRows,
  metricsFor,
  rowTops,
} from '@/shared/grid/layout/layout';
import { readAnchor } from '@/shared/grid/position/anchor';
import { stageClasses, stageSizes, stageWidth } from '@/shared/stage';
import { readPreference } from '@/shared/ui/preferences';

/** Load the app no later than this after navigation, in milliseconds. */
const patienceMs = 2_000;
const drawn: HTMLImageElement[] = [];

function picture(photo: Photo, sizes: string, className: string): HTMLImageElement {
  const image = document.createElement('img');
  image.alt = photo.alt_text;
  image.className = className;
  image.fetchPriority = 'high';
  // Set `sizes` first: the browser picks a candidate as soon as `srcset` is set.
  image.sizes = sizes;
  image.srcset = sources(photo) ?? '';
  drawn.push(image);
  return image;
}

const tileClass = 'absolute top-0 left-0 rounded-photo bg-sunken bg-cover object-cover';

/** Draw the tiles of the first screen: eager ones as images, the others as placeholders. */
function renderGrid(frame: HTMLElement, photos: Photo[]): void {
  const metrics = metricsFor(window.innerWidth, readPreference('density') === 'compact');
  const ratios = photos.map(({ width, height }) => width / height || 1.5);
  const rows = layoutRows(ratios, frame.clientWidth, metrics, false);
  const caption = matchMedia('(hover: none)').matches ? captionHeight : 0;
  // The skeleton is cut off at the window's edge; the list is not.
  frame.style.overflow = 'visible';
  for (const [place, top] of rowTops(rows, metrics.gap + caption).entries()) {
    if (top > window.innerHeight) return;
    for (const box of rows[place]?.boxes ?? []) {
      const photo = photos[box.index];
      if (!photo?.urls.thumb) continue;
      const tile = tileOf(photo, box);
      tile.style.height = `${rows[place]?.height}px`;
      // Same subpixel position as the app's tiles, or they would repaint.
      tile.style.transform = `translate(${box.left}px, ${top}px)`;
      frame.append(tile);
    }
  }
}

function tileOf(photo: Photo, { index, width }: Box): HTMLElement {
  const tile =
    index < eagerTiles
      ? picture(photo, `${Math.ceil(width)}px`, tileClass)
      : document.createElement('div');
  tile.className = tileClass;
  tile.style.width = `${width}px`;
  // One task each: decoding all placeholders at once delays the first paint.
  setTimeout(() => {
    tile.style.backgroundImage = placeholderImage(photo.thumbhash) ?? '';
  });
  return tile;
}

function renderStage(stage: Element, photo: Photo): void {
  const frame = document.createElement('div');
  frame.className = stageClasses.frame;
  const box = document.createElement('div');
  box.className = stageClasses.box;
  box.style.aspectRatio = String(photo.width / photo.height);
  box.style.width = stageWidth(photo);
  box.style.backgroundImage = placeholderImage(photo.thumbhash) ?? '';
  box.append(picture(photo, stageSizes(photo), stageClasses.picture));
  frame.append(box);
  stage.prepend(frame);
}

function draw(): void {
  const answer = peekEmbedded<Photo | PhotoPage>(firstAddress(location) ?? '');
  const grid = document.querySelector<HTMLElement>('[data-skeleton="grid"]');
  const stage = document.querySelector('.stage');
  if (answer && 'items' in answer) {
    // On Back and Reload the reader is further down the list.
    if (grid && !readAnchor()) renderGrid(grid, answer.items);
  } else if (answer?.urls.preview && stage) {
    renderStage(stage, answer);
  }
}

/**
 * Load the app after the photos. On a slow connection parallel downloads delay each other: in
 * sequence the code arrives no later and the photos a second sooner.
 */
async function fetchCode({ app = '', code = '' }: DOMStringMap): Promise<void> {
  const patience = new Promise((done) => {
    setTimeout(done, Math.max(0, patienceMs - performance.now()));
  });
  await Promise.race([Promise.allSettled(drawn.map((image) => image.decode())), patience]);
  for (const href of code.split(' ')) {
    const link = document.createElement('link');
    link.rel = 'modulepreload';
    link.href = href;
    document.head.append(link);
  }
  await import(/* @vite-ignore */ app);
}

const { dataset } = document.currentScript as HTMLScriptElement;
try {
  draw();
} finally {
  void fetchCode(dataset);
}
