import justifiedLayout from 'justified-layout';

export type Box = { index: number; left: number; width: number };
export type Row = { top: number; height: number; boxes: Box[] };

export type GridMetrics = { rowHeight: number; gap: number };

/** Wider than this, a panorama would make a row a sliver; it is cropped by `object-fit`. */
const widest = 2.8;
const tallest = 0.5;
/** A last row emptier than this keeps the target height instead of being stretched. */
const stretchFrom = 0.6;

export const clampRatio = (ratio: number) => Math.min(Math.max(ratio, tallest), widest);

/** Target row height and gap at 360, 768 and 1440 CSS pixels of viewport width. */
export function metricsFor(viewportWidth: number): GridMetrics {
  if (viewportWidth < 768) return { rowHeight: 112, gap: 3 };
  if (viewportWidth < 1440) return { rowHeight: 180, gap: 4 };
  return { rowHeight: 240, gap: 6 };
}

/**
 * Rows of equal width from aspect ratios (width / height).
 *
 * While more photos are to come the unfinished last row is left out: photos that arrive would
 * otherwise resize it under the reader.
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

export const rowOf = (rows: Row[], index: number) =>
  rows.findIndex((row) => row.boxes.some((box) => box.index === index));
