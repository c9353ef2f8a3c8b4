import { type Row, rowOf } from './layout';

export type ArrowKey = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

export const isArrowKey = (key: string): key is ArrowKey => /^Arrow(Left|Right|Up|Down)$/.test(key);

const centre = (box: { left: number; width: number }) => box.left + box.width / 2;

/** Index that an arrow key leads to; the same index at the edge. */
export function nextIndex(rows: Row[], index: number, key: ArrowKey): number {
  const at = rowOf(rows, index);
  const row = rows[at];
  const from = row?.boxes.find((box) => box.index === index);
  if (!row || !from) return index;
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const next = index + (key === 'ArrowRight' ? 1 : -1);
    return rowOf(rows, next) === -1 ? index : next;
  }
  const target = rows[at + (key === 'ArrowDown' ? 1 : -1)];
  if (!target) return index;
  const nearest = target.boxes.reduce((best, box) =>
    Math.abs(centre(box) - centre(from)) < Math.abs(centre(best) - centre(from)) ? box : best,
  );
  return nearest.index;
}
