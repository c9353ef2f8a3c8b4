/**
 * Draws the pictures that came with the page's HTML where the app will draw them, then fetches the
 * app's code. A bundle of its own (tools/prerender.mjs): small, and without React.
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

/** Milliseconds since the navigation after which the code is fetched, pictures or not. */
const patienceMs = 2_000;
const drawn: HTMLImageElement[] = [];

function picture(photo: Photo, sizes: string, className: string): HTMLImageElement {
  const image = document.createElement('img');
  image.alt = photo.alt_text;
  image.className = className;
  image.fetchPriority = 'high';
  // `sizes` before `srcset`, which is chosen from by it.
  image.sizes = sizes;
  image.srcset = sources(photo) ?? '';
  drawn.push(image);
  return image;
}

const tileClass = 'absolute top-0 left-0 rounded-photo bg-sunken bg-cover object-cover';

/** The tiles of the first window; those that load later than the code are their placeholders. */
function drawGrid(frame: HTMLElement, photos: Photo[]): void {
  const metrics = metricsFor(window.innerWidth, readPreference('density') === 'compact');
  const ratios = photos.map(({ width, height }) => width / height || 1.5);
  const rows = layoutRows(ratios, frame.clientWidth, metrics, false);
  const caption = matchMedia('(hover: none)').matches ? captionHeight : 0;
  // The skeleton ends somewhere in the window, the list below it.
  frame.style.overflow = 'visible';
  for (const [place, top] of rowTops(rows, metrics.gap + caption).entries()) {
    if (top > window.innerHeight) return;
    for (const box of rows[place]?.boxes ?? []) {
      const photo = photos[box.index];
      if (!photo?.urls.thumb) continue;
      const tile = tileOf(photo, box);
      tile.style.height = `${rows[place]?.height}px`;
      // As the app's tiles are placed: to a part of a pixel, or they would be painted once more.
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
  // Each in its time: together they would hold up the first paint.
  setTimeout(() => {
    tile.style.backgroundImage = placeholderImage(photo.thumbhash) ?? '';
  });
  return tile;
}

function drawStage(stage: Element, photo: Photo): void {
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
    // Whoever comes back to a place further down does not see the first photos.
    if (grid && !readAnchor()) drawGrid(grid, answer.items);
  } else if (answer?.urls.preview && stage) {
    drawStage(stage, answer);
  }
}

/**
 * On a slow line, code that comes beside the pictures makes each wait for the other; one after the
 * other, the code is there no later, and the pictures are seen a second sooner.
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
