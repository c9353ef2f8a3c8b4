import justifiedLayout from 'justified-layout';

export type Box = { index: number; left: number; width: number };
export type Row = { top: number; height: number; boxes: Box[] };

export type GridMetrics = { rowHeight: number; gap: number };

/** A wider panorama would flatten its row; it is cropped by `object-fit`. */
const widest = 2.8;
const tallest = 0.5;
/** A last row below this fill keeps the target height. */
const stretchFrom = 0.6;

const compactShare = 0.7;

/** Caption height on touch screens, which cannot hover. */
export const captionHeight = 20;
/** Photos on the first screen, which load eagerly. */
export const eagerTiles = 8;

export const clampRatio = (ratio: number) => Math.min(Math.max(ratio, tallest), widest);

/** Target row height and gap at 360, 768 and 1440 CSS pixels of viewport width. */
export function metricsFor(viewportWidth: number, compact = false): GridMetrics {
  if (compact) {
    const { rowHeight, gap } = metricsFor(viewportWidth);
    return { rowHeight: Math.round(rowHeight * compactShare), gap };
  }
  if (viewportWidth < 768) return { rowHeight: 112, gap: 3 };
  if (viewportWidth < 1440) return { rowHeight: 180, gap: 4 };
  return { rowHeight: 240, gap: 6 };
}

/**
 * Lay out rows of equal width from aspect ratios (width / height). While more photos may follow,
 * the unfinished last row is left out, because new photos would resize it.
 */
export function layoutRows(
  ratios: number[],
  width: number,
  { rowHeight, gap }: GridMetrics,
  complete: boolean,
): Row[] {
  if (width <= 0 || ratios.length === 0) return [];
  const { boxes } = justifiedLayout(ratios.map(clampRatio), {
    containerWidth: width,
    containerPadding: 0,
    boxSpacing: gap,
    targetRowHeight: rowHeight,
    // The library closes a row at the first photo within this share of the target.
    targetRowHeightTolerance: 0.15,
  });
  const rows: Row[] = [];
  boxes.forEach((box, index) => {
    const last = rows.at(-1);
    const placed = { index, left: box.left, width: box.width };
    if (last && Math.abs(last.top - box.top) < 1) last.boxes.push(placed);
    else rows.push({ top: box.top, height: box.height, boxes: [placed] });
  });
  return finishLastRow(rows, width, gap, rowHeight, complete);
}

const rowWidth = (row: Row) => {
  const last = row.boxes.at(-1);
  return last ? last.left + last.width : 0;
};

function finishLastRow(
  rows: Row[],
  width: number,
  gap: number,
  rowHeight: number,
  complete: boolean,
): Row[] {
  const last = rows.at(-1);
  if (!last || rowWidth(last) > width - 1) return rows;
  if (!complete && rows.length > 1) return rows.slice(0, -1);
  const gaps = gap * (last.boxes.length - 1);
  const full = rowWidth(last) / width >= stretchFrom;
  const height = full ? (last.height * (width - gaps)) / (rowWidth(last) - gaps) : rowHeight;
  const scale = height / last.height;
  let left = 0;
  const boxes = last.boxes.map((box) => {
    const scaled = { ...box, left, width: box.width * scale };
    left += scaled.width + gap;
    return scaled;
  });
  return [...rows.slice(0, -1), { ...last, height, boxes }];
}

/** The previous layout, so that appended photos cost only their own layout. */
export type Layout = {
  ratios: readonly number[];
  width: number;
  metrics: GridMetrics;
  complete: boolean;
  rows: Row[];
};

/** Index of the first changed ratio; layout restarts at its row. */
function changedFrom(before: readonly number[], ratios: readonly number[]): number {
  const changed = before.findIndex((ratio, index) => ratio !== ratios[index]);
  return changed === -1 ? before.length : changed;
}

/** Like `layoutRows`, but reuses unchanged rows of `before`. */
export function extendRows(
  before: Layout | null,
  ratios: number[],
  width: number,
  metrics: GridMetrics,
  complete: boolean,
): Layout {
  const fits =
    before?.width === width &&
    before.metrics.rowHeight === metrics.rowHeight &&
    before.metrics.gap === metrics.gap;
  // Redo the row before the change, which may take more photos.
  const until = fits ? changedFrom(before.ratios, ratios) : 0;
  const kept = fits
    ? before.rows.slice(0, -1).filter((row) => (row.boxes.at(-1)?.index ?? 0) < until - 1)
    : [];
  const last = kept.at(-1);
  const from = last ? (last.boxes.at(-1)?.index ?? 0) + 1 : 0;
  const top = last ? last.top + last.height + metrics.gap : 0;
  const added = layoutRows(ratios.slice(from), width, metrics, complete).map((row) => ({
    ...row,
    top: row.top + top,
    boxes: row.boxes.map((box) => ({ ...box, index: box.index + from })),
  }));
  return { ratios, width, metrics, complete, rows: [...kept, ...added] };
}

/** Binary search: rows are ordered by photo index. */
export function rowOf(rows: Row[], index: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const boxes = rows[middle]?.boxes ?? [];
    if (index < (boxes[0]?.index ?? 0)) high = middle - 1;
    else if (index > (boxes.at(-1)?.index ?? 0)) low = middle + 1;
    else return middle;
  }
  return -1;
}

/** Offsets of the rows, with `space` after each. */
export function rowTops(rows: Row[], space: number): number[] {
  let top = 0;
  return rows.map((row) => {
    const start = top;
    top += row.height + space;
    return start;
  });
}
