import { useWindowVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type MouseEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useState,
} from 'react';
import { useLocation } from 'wouter';
import type { Photo } from '@/shared/api';
import { useMedia, useWidth } from '@/shared/ui/hooks';
import { hrefs } from '@/shared/url/routes';
import { useScrollSpeed } from './images/scroll-speed';
import { growing } from './images/view-transition';
import { captionHeight, eagerTiles, rowOf, rowTops } from './layout/layout';
import { isArrowKey, nextIndex } from './layout/navigate';
import { useRows } from './layout/use-rows';
import { readAnchor } from './position/anchor';
import { usePosition } from './position/use-position';
import type { Selection } from './selection/selection';
import { useLongPress } from './selection/use-long-press';
import { skeletonWidth } from './skeleton';
import { Tile } from './tile';
import { useGridKeys } from './use-grid-keys';

type Props = {
  photos: Photo[];
  label: string;
  /** Whether to show the owner under each photo. */
  showOwner: boolean;
  /** Whether the last page is loaded. */
  complete: boolean;
  /** Load more: the reader is near the end, or the position to restore is not loaded. */
  onNeedMore: () => void;
  /** Enables selection. */
  selection?: Selection;
  /** Called when `l` is pressed on a focused photo. */
  onLike?: (photo: Photo) => void;
};

export function PhotoGrid(props: Props) {
  const { photos, label, showOwner, complete, onNeedMore, selection } = props;
  const [, navigate] = useLocation();
  const [list, width] = useWidth<HTMLUListElement>(skeletonWidth);
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
    // Render the first window synchronously, from the position to restore.
    initialRect: { width, height: readAnchor() ? 0 : window.innerHeight },
    scrollMargin: margin,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows change the heights
  useLayoutEffect(() => virtualizer.measure(), [rows, rowSpace, virtualizer]);

  const tops = useMemo(() => rowTops(rows, rowSpace), [rows, rowSpace]);
  const [current, setCurrent] = useState(0);
  const [moving, setMoving] = useState(false);
  const onFocused = useCallback(() => setMoving(false), []);
  const moveTo = (index: number) => {
    setCurrent(index);
    setMoving(true);
  };
  const place = { photos, rows, tops, listTop, complete, onNeedMore, onReturn: moveTo };
  const { leaveBy } = usePosition(place);
  useScrollSpeed();

  const shown = virtualizer.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? -1;
  useEffect(() => {
    if (!complete && rows.length > 0 && lastShown >= rows.length - 3) onNeedMore();
  }, [complete, lastShown, rows.length, onNeedMore]);

  const photoAt = (element: EventTarget | null): Photo | undefined => {
    const tile = (element as HTMLElement | null)?.closest<HTMLElement>('[data-tile]');
    return tile ? photos[Number(tile.dataset.tile)] : undefined;
  };
  const press = useLongPress((element) => {
    const photo = photoAt(element);
    if (photo) selection?.toggle(photo.id);
  });
  const choosing = selection !== undefined && selection.ids.size > 0;
  const onClickCapture = (event: MouseEvent) => {
    const photo = photoAt(event.target);
    if (!photo || !selection || event.ctrlKey || event.metaKey) return;
    const onMark = (event.target as HTMLElement).closest('[role="checkbox"]') !== null;
    if (!press.endsPress()) {
      if (!choosing && !onMark) return;
      if (event.shiftKey) selection.extend(photo.id);
      else selection.toggle(photo.id);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const onClick = (event: MouseEvent) => {
    const link = (event.target as HTMLElement).closest('a');
    const photo = photoAt(link);
    if (!link || !photo || event.button !== 0 || event.defaultPrevented) return;
    // With a modifier the browser opens a new tab or window.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    leaveBy(Number(link.dataset.index));
    growing(link.querySelector('img'), () =>
      navigate(hrefs.photo(photo.id), { state: { fromList: true } }),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isArrowKey(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = nextIndex(rows, current, event.key);
    if (next === current) return;
    virtualizer.scrollToIndex(rowOf(rows, next));
    moveTo(next);
    const [from, to] = [photos[current], photos[next]];
    if (!event.shiftKey || !selection || !from || !to) return;
    if (!choosing) selection.toggle(from.id);
    selection.extend(to.id);
  };
  useGridKeys({
    focused: () => (list.current?.contains(document.activeElement) ? photos[current] : undefined),
    selection,
    onLike: props.onLike,
  });
  const firstShown = rows[shown[0]?.index ?? 0]?.boxes[0]?.index ?? 0;
  const lastTile = rows[lastShown]?.boxes.at(-1)?.index ?? 0;
  // Keep the tab stop among mounted tiles, or Tab would skip the grid after a long scroll.
  const tabStop = moving || (current >= firstShown && current <= lastTile) ? current : firstShown;

  return (
    <ul
      ref={list}
      aria-label={label}
      onKeyDown={onKeyDown}
      onClickCapture={onClickCapture}
      onClick={onClick}
      {...(selection ? press.handlers : {})}
      onFocus={(event) => {
        const index = (event.target as HTMLElement).dataset.index;
        if (index && !moving) setCurrent(Number(index));
      }}
      className={`relative ${choosing ? 'select-none' : ''}`}
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
              eager={box.index < eagerTiles}
              setSize={complete ? photos.length : -1}
              chosen={selection ? selection.ids.has(photo.id) : null}
              choosing={choosing}
            />
          ) : null;
        }),
      )}
    </ul>
  );
}
