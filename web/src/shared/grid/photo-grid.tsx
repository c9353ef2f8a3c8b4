import { useWindowVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useState,
} from 'react';
import type { Photo } from '@/shared/api';
import { useMedia, useWidth } from '@/shared/ui/hooks';
import { layoutRows, metricsFor, type Row } from './layout';
import { isArrowKey, nextIndex } from './navigate';
import { Tile } from './tile';
import { usePlace } from './use-place';

/** Line of text under a row where there is no hover to show it on. */
const captionHeight = 20;
const eagerTiles = 8;

type Props = {
  photos: Photo[];
  label: string;
  /** Whether it says under each photo whose it is; on one's own page it does not. */
  showOwner: boolean;
  /** Whether no more photos will follow. */
  complete: boolean;
  /** Called when the reader comes near the end, or when the place to return to is not loaded yet. */
  onNeedMore: () => void;
};

function useRows(photos: Photo[], width: number, complete: boolean) {
  return useMemo(() => {
    const metrics = metricsFor(window.innerWidth);
    const ratios = photos.map((photo) => photo.width / photo.height || 1.5);
    return { rows: layoutRows(ratios, width, metrics, complete), gap: metrics.gap };
  }, [photos, width, complete]);
}

export function PhotoGrid({ photos, label, showOwner, complete, onNeedMore }: Props) {
  const [list, width] = useWidth<HTMLUListElement>();
  const touch = useMedia('(hover: none)');
  const captionBelow = touch && showOwner;
  const { rows, gap } = useRows(photos, width, complete);
  const rowSpace = gap + (captionBelow ? captionHeight : 0);
  const [margin, setMargin] = useState(0);
  const listTop = useCallback(
    () => (list.current?.getBoundingClientRect().top ?? 0) + window.scrollY,
    [list],
  );
  useLayoutEffect(() => {
    if (width) setMargin(listTop());
  }, [width, listTop]);

  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => (rows[index]?.height ?? 0) + rowSpace,
    overscan: 2,
    scrollMargin: margin,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows mean new heights
  useLayoutEffect(() => virtualizer.measure(), [rows, rowSpace, virtualizer]);

  const tops = useMemo(() => rowTops(rows, rowSpace), [rows, rowSpace]);
  const [current, setCurrent] = useState(0);
  const [moving, setMoving] = useState(false);
  const onFocused = useCallback(() => setMoving(false), []);
  const moveTo = (index: number) => {
    setCurrent(index);
    setMoving(true);
  };
  const { leaveBy } = usePlace({
    photos,
    rows,
    tops,
    listTop,
    complete,
    onNeedMore,
    onReturn: moveTo,
  });

  const shown = virtualizer.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? -1;
  useEffect(() => {
    if (!complete && rows.length > 0 && lastShown >= rows.length - 3) onNeedMore();
  }, [complete, lastShown, rows.length, onNeedMore]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!isArrowKey(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = nextIndex(rows, current, event.key);
    if (next === current) return;
    virtualizer.scrollToIndex(rows.findIndex((row) => row.boxes.some((box) => box.index === next)));
    moveTo(next);
  };
  const firstShown = rows[shown[0]?.index ?? 0]?.boxes[0]?.index ?? 0;
  const lastTile = rows[lastShown]?.boxes.at(-1)?.index ?? 0;
  // The tab stop stays within what is mounted, or Tab would skip the grid after a long scroll.
  const tabStop = moving || (current >= firstShown && current <= lastTile) ? current : firstShown;

  return (
    <ul
      ref={list}
      aria-label={label}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        const index = (event.target as HTMLElement).dataset.index;
        if (index && !moving) setCurrent(Number(index));
      }}
      className="relative"
      style={{ height: virtualizer.getTotalSize() }}
    >
      {shown.flatMap((item) =>
        rows[item.index]?.boxes.map((box) => {
          const photo = photos[box.index];
          return photo ? (
            <Tile
              key={photo.id}
              photo={photo}
              box={box}
              top={item.start - margin}
              height={rows[item.index]?.height ?? 0}
              caption={touch ? (showOwner ? 'below' : 'none') : 'hover'}
              current={box.index === tabStop}
              takeFocus={moving && box.index === current}
              onFocused={onFocused}
              onOpen={leaveBy}
              eager={box.index < eagerTiles}
              setSize={complete ? photos.length : -1}
            />
          ) : null;
        }),
      )}
    </ul>
  );
}

function rowTops(rows: Row[], space: number): number[] {
  let top = 0;
  return rows.map((row) => {
    const start = top;
    top += row.height + space;
    return start;
  });
}
