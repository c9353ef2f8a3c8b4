import { describe, expect, it } from 'vitest';
import { extendRows, layoutRows, metricsFor, type Row, rowOf } from './layout';
import { nextIndex } from './navigate';

const metrics = { rowHeight: 100, gap: 4 };
const right = (row: Row | undefined) => {
  const last = row?.boxes.at(-1);
  return last ? last.left + last.width : 0;
};
const ratios = (count: number) =>
  Array.from({ length: count }, (_, i) => [1.5, 1, 0.75][i % 3] ?? 1);

describe('layoutRows', () => {
  it('fills every row to the width and keeps all photos in order', () => {
    const rows = layoutRows(ratios(60), 800, metrics, true);
    expect(rows.flatMap((row) => row.boxes.map((box) => box.index))).toEqual(
      Array.from({ length: 60 }, (_, i) => i),
    );
    for (const row of rows.slice(0, -1)) expect(right(row)).toBeCloseTo(800, 0);
  });

  it('stays near the target height', () => {
    for (const row of layoutRows(ratios(60), 1296, { rowHeight: 240, gap: 6 }, false)) {
      expect(row.height).toBeGreaterThan(200);
      expect(row.height).toBeLessThan(290);
    }
  });

  it('omits an unfinished last row while more photos follow', () => {
    const some = layoutRows(ratios(20), 800, metrics, false);
    const more = layoutRows(ratios(40), 800, metrics, false);
    expect(more.slice(0, some.length)).toEqual(some);
  });

  it('keeps the target height in a last row that is under 60 % full', () => {
    const rows = layoutRows([1], 800, metrics, true);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.height).toBe(100);
    expect(rows[0]?.boxes[0]?.width).toBeCloseTo(100);
  });

  it('caps a panorama', () => {
    const [row] = layoutRows([12], 800, metrics, true);
    expect((row?.boxes[0]?.width ?? 0) / (row?.height ?? 1)).toBeCloseTo(2.8);
  });

  it('lays out nothing before the width is known', () => {
    expect(layoutRows([1, 2], 0, metrics, true)).toEqual([]);
  });
});

describe('extendRows', () => {
  const extended = (parts: number[][], complete = true) =>
    parts.reduce<ReturnType<typeof extendRows> | null>(
      (before, part, i) =>
        extendRows(before, part, 800, metrics, complete && i === parts.length - 1),
      null,
    )?.rows;

  it('equals a complete layout', () => {
    const all = layoutRows(ratios(180), 800, metrics, true);
    const rows = extended([ratios(60), ratios(120), ratios(180)]);
    expect(rows?.map((row) => row.boxes)).toEqual(all.map((row) => row.boxes));
    for (const [i, row] of all.entries()) expect(rows?.[i]?.top).toBeCloseTo(row.top, 0);
  });

  it('starts over at an added or removed photo', () => {
    const without = ratios(60).toSpliced(30, 1);
    const rows = extended([ratios(60), without]);
    const all = layoutRows(without, 800, metrics, true);
    expect(rows?.map((row) => row.boxes)).toEqual(all.map((row) => row.boxes));
  });

  it('starts over when the first photos are new', () => {
    const all = layoutRows([2, ...ratios(60)], 800, metrics, true);
    const rows = extended([ratios(60), [2, ...ratios(60)]]);
    expect(rows?.map((row) => row.boxes)).toEqual(all.map((row) => row.boxes));
  });
});

it('finds the row of a photo', () => {
  const rows = layoutRows(ratios(60), 800, metrics, true);
  for (let index = 0; index < 60; index++) {
    expect(rows[rowOf(rows, index)]?.boxes.some((box) => box.index === index)).toBe(true);
  }
  expect(rowOf(rows, 60)).toBe(-1);
  expect(rowOf([], 0)).toBe(-1);
});

describe('metricsFor', () => {
  it('grows with the window', () => {
    expect([360, 768, 1440].map((width) => metricsFor(width).rowHeight)).toEqual([112, 180, 240]);
  });
});

describe('nextIndex', () => {
  const box = (index: number, left: number, width: number) => ({ index, left, width });
  const rows: Row[] = [
    { top: 0, height: 100, boxes: [box(0, 0, 100), box(1, 100, 300)] },
    { top: 104, height: 100, boxes: [box(2, 0, 250), box(3, 250, 150)] },
  ];

  it('crosses row ends sideways', () => {
    expect(nextIndex(rows, 1, 'ArrowRight')).toBe(2);
    expect(nextIndex(rows, 2, 'ArrowLeft')).toBe(1);
  });

  it('goes to the nearest photo above or below', () => {
    expect(nextIndex(rows, 0, 'ArrowDown')).toBe(2);
    expect(nextIndex(rows, 1, 'ArrowDown')).toBe(3);
    expect(nextIndex(rows, 2, 'ArrowUp')).toBe(0);
  });

  it('stays at the edges', () => {
    expect(nextIndex(rows, 0, 'ArrowLeft')).toBe(0);
    expect(nextIndex(rows, 0, 'ArrowUp')).toBe(0);
    expect(nextIndex(rows, 3, 'ArrowRight')).toBe(3);
    expect(nextIndex(rows, 3, 'ArrowDown')).toBe(3);
  });
});
