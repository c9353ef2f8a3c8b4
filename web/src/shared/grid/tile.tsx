import { Check, Loader, TriangleAlert } from 'lucide-react';
import { memo, useEffect, useRef, useState } from 'react';
import type { Photo } from '@/shared/api';
import { t } from '@/shared/i18n';
import { hrefs } from '@/shared/url/routes';
import { placeholderImage } from './images/placeholder';
import { sources } from './images/renditions';
import { useShouldLoad } from './images/scroll-speed';
import type { Box } from './layout/layout';

function altFor(photo: Photo): string {
  if (photo.status === 'failed') return t.photo.altFailed;
  return photo.alt_text || photo.title || t.photo.altPending;
}

type Props = {
  photo: Photo;
  box: Box;
  /** Offset of the row within the list. */
  top: number;
  height: number;
  caption: 'below' | 'hover' | 'none';
  current: boolean;
  takeFocus: boolean;
  onFocused: () => void;
  /** Photos on the first screen, which load eagerly. */
  eager: boolean;
  setSize: number;
  /** Null if selection is disabled. */
  chosen: boolean | null;
  /** Whether a click selects instead of opening. */
  choosing: boolean;
};

/**
 * Memoised, because scrolling renders the grid constantly. A tile is only a link and an image until
 * it is hovered: rows mount with every turn of the wheel.
 */
export const Tile = memo(function Tile(props: Props) {
  const { photo, box, height, takeFocus, onFocused } = props;
  const link = useRef<HTMLAnchorElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (!takeFocus) return;
    link.current?.focus({ preventScroll: true });
    onFocused();
  }, [takeFocus, onFocused]);

  const place = {
    width: box.width,
    transform: `translate(${box.left}px, ${props.top}px)`,
  };
  return (
    <li
      aria-posinset={box.index + 1}
      aria-setsize={props.setSize}
      data-tile={box.index}
      className="group absolute top-0 left-0"
      style={place}
      onPointerEnter={() => setNear(true)}
      onFocus={() => setNear(true)}
    >
      <a
        ref={link}
        href={hrefs.photo(photo.id)}
        tabIndex={props.current ? 0 : -1}
        data-index={box.index}
        className={`relative block overflow-hidden rounded-photo bg-sunken bg-cover ${props.chosen ? 'after:absolute after:inset-0 after:rounded-photo after:border-4 after:border-accent' : ''}`}
        style={{ height, backgroundImage: placeholderImage(photo.thumbhash) }}
      >
        <TileImage photo={photo} box={box} height={height} eager={props.eager} />
        <Badge photo={photo} />
        {props.chosen && <span className="sr-only">{t.selection.chosen}</span>}
        {props.caption === 'hover' && near && (
          <span
            aria-hidden
            className="stage absolute inset-x-0 bottom-0 truncate bg-caption! px-2 py-1 text-12 opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100"
          >
            <Caption photo={photo} />
          </span>
        )}
      </a>
      {props.chosen !== null && (near || props.choosing) && (
        <Mark photo={photo} chosen={props.chosen} choosing={props.choosing} />
      )}
      {props.caption === 'below' && (
        <p aria-hidden className="truncate text-12 text-muted">
          {photo.owner.display_name}
        </p>
      )}
    </li>
  );
});

type MarkProps = { photo: Photo; chosen: boolean; choosing: boolean };

/**
 * Selects the photo; the list handles the click. On touch screens it is shown only while selecting.
 */
function Mark({ photo, chosen, choosing }: MarkProps) {
  const shown = choosing
    ? ''
    : 'opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 [@media(hover:none)]:hidden';
  return (
    // biome-ignore lint/a11y/useSemanticElements: an input would capture the list's arrow keys
    <button
      type="button"
      role="checkbox"
      aria-checked={chosen}
      aria-label={t.selection.choose(altFor(photo))}
      tabIndex={-1}
      className={`absolute top-1 right-1 inline-flex size-8 items-center justify-center transition-opacity ${shown}`}
    >
      <span
        className={`inline-flex size-6 items-center justify-center rounded-chip border-2 ${chosen ? 'border-on-accent bg-accent text-on-accent' : 'stage border-text bg-caption!'}`}
      >
        {chosen && <Check aria-hidden size={14} strokeWidth={3} />}
      </span>
    </button>
  );
}

function Caption({ photo }: { photo: Photo }) {
  return (
    <>
      {photo.title && <span className="font-medium">{photo.title} </span>}
      <span className="text-muted">{t.photo.by(photo.owner.display_name)}</span>
    </>
  );
}

function TileImage({
  photo,
  box,
  height,
  eager,
}: Pick<Props, 'photo' | 'box' | 'height' | 'eager'>) {
  const worthLoading = useShouldLoad() || eager;
  if (!photo.urls.thumb) {
    return (
      <span className="absolute inset-0 rounded-photo border border-line border-dashed">
        <span className="sr-only">{altFor(photo)}</span>
      </span>
    );
  }
  if (!worthLoading) return <span className="sr-only">{altFor(photo)}</span>;
  return (
    <img
      src={photo.urls.thumb}
      srcSet={sources(photo)}
      sizes={`${Math.ceil(box.width)}px`}
      alt={altFor(photo)}
      width={Math.round(box.width)}
      height={Math.round(height)}
      loading={eager ? 'eager' : 'lazy'}
      fetchPriority={box.index === 0 ? 'high' : 'auto'}
      // Prerendered images of the first screen must not blink.
      decoding={eager ? 'sync' : 'async'}
      className="size-full object-cover"
    />
  );
}

/** State or visibility of the user's own photo; nothing in a feed. */
function Badge({ photo }: { photo: Photo }) {
  const hidden = photo.visibility !== 'public' ? photo.visibility : null;
  const state = photo.status === 'tagged' ? null : photo.status;
  if (!state && !hidden) return null;
  const Icon = state === 'failed' ? TriangleAlert : Loader;
  return (
    <span className="stage absolute top-1 left-1 flex items-center gap-1 rounded-chip bg-caption! px-2 py-0.5 text-12">
      {state && (
        <Icon aria-hidden size={12} className={state === 'failed' ? 'text-reject' : 'text-model'} />
      )}
      {state ? t.photo.badge[state] : hidden && t.photo.badge[hidden]}
    </span>
  );
}
