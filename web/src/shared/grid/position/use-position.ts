import { useCallback, useEffect, useEffectEvent, useLayoutEffect, useRef } from 'react';
import type { Photo } from '@/shared/api';
import { type Row, rowOf } from '../layout/layout';
import { type Anchor, readAnchor, writeAnchor } from './anchor';
import { forgetSteps, lastStepFrom } from './steps';

type Place = {
  photos: Photo[];
  rows: Row[];
  /** Row offsets within the list. */
  tops: number[];
  /** Current offset of the list within the document. */
  listTop: () => number;
  complete: boolean;
  onNeedMore: () => void;
  /** Restores the focus to the photo that was opened. */
  onReturn: (index: number) => void;
};

const settleMs = 150;
/** Near the top no position is stored, because restoring it would hide new photos. */
const topMargin = 40;

/** The page may be too short to scroll to the position. */
function heightBelow({ rows, tops }: Place, top: number): number {
  return (tops.at(-1) ?? 0) + (rows.at(-1)?.height ?? 0) - top;
}

/**
 * Position to restore: the opened photo, or the last one stepped to. The scroll position is kept if
 * that photo is inside the window; otherwise its row replaces the opened one's.
 */
function positionOf(place: Place, anchor: Anchor): { index: number; row: number; top: number } {
  const find = (id: string | null) => {
    const index = place.photos.findIndex((photo) => photo.id === id);
    return { index, row: index < 0 ? -1 : rowOf(place.rows, index) };
  };
  const opened = find(anchor.id);
  const top = (place.tops[opened.row] ?? 0) - anchor.offset;
  const lastStep = find(anchor.opened ? lastStepFrom(anchor.id) : null);
  if (lastStep.row < 0) return { ...opened, top };
  const above = place.tops[lastStep.row] ?? 0;
  const below = above + (place.rows[lastStep.row]?.height ?? 0);
  // The window may also show content above the list.
  const inWindow = opened.row >= 0 && above >= top && below <= top + window.innerHeight;
  return { ...lastStep, top: inWindow ? top : above - anchor.offset };
}

/**
 * Restore the reader's photo after Back or Reload, before the first paint, and store the position
 * whenever scrolling settles. Anchored to a photo, not to pixels: the window may have been resized
 * and photos added or removed.
 */
export function usePosition(place: Place): { leaveBy: (index: number) => void } {
  const wanted = useRef(readAnchor());

  useLayoutEffect(() => {
    const anchor = wanted.current;
    if (!anchor || place.rows.length === 0) return;
    const { index, row, top } = positionOf(place, anchor);
    const missing = row < 0 || heightBelow(place, top) < window.innerHeight;
    if (missing && !place.complete && place.photos.length < anchor.loaded) {
      place.onNeedMore();
      return;
    }
    wanted.current = null;
    if (row < 0) return;
    window.scrollTo(0, place.listTop() + top);
    if (anchor.opened) place.onReturn(index);
    const { id } = place.photos[index] ?? anchor;
    if (id === anchor.id) return;
    // A reload restores this photo, too.
    const offset = (place.tops[row] ?? 0) - top;
    writeAnchor({ id, offset, loaded: place.photos.length, opened: true });
    forgetSteps();
  }, [place]);

  const latest = useRef(place);
  useLayoutEffect(() => {
    latest.current = place;
  }, [place]);

  const writeAt = useCallback((row: number, index: number, opened: boolean) => {
    const place = latest.current;
    const id = place.photos[index]?.id;
    if (!id) return;
    const offset = (place.tops[row] ?? 0) - (window.scrollY - place.listTop());
    writeAnchor({ id, offset, loaded: place.photos.length, opened });
  }, []);

  const remember = useEffectEvent(() => {
    if (wanted.current) return;
    if (window.scrollY < topMargin) return writeAnchor(null);
    const y = window.scrollY - place.listTop();
    const at = place.rows.findIndex((row, i) => (place.tops[i] ?? 0) + row.height > y);
    writeAt(at, place.rows[at]?.boxes[0]?.index ?? -1, false);
  });

  useEffect(() => {
    let timer = 0;
    const onScroll = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(remember, settleMs);
    };
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener('scroll', onScroll);
    };
  }, []);

  // Stable identity: a new function would re-render every tile.
  const leaveBy = useCallback(
    (index: number) => {
      forgetSteps();
      writeAt(rowOf(latest.current.rows, index), index, true);
    },
    [writeAt],
  );
  return { leaveBy };
}
