import { LoaderCircle, TriangleAlert } from 'lucide-react';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { useRetryPhoto } from '@/entities/photo';
import type { Photo } from '@/shared/api';
import { placeholderImage, sources } from '@/shared/grid';
import { codeText, t } from '@/shared/i18n';
import { stageClasses, stageSizes, stageWidth } from '@/shared/stage';
import { Button } from '@/shared/ui';

type StageProps = {
  photo: Photo;
  overlay?: ReactNode;
  zoomed: boolean;
  onZoom: () => void;
  /** Whether the photo has no panel beside it. */
  alone?: boolean;
  /** Whether the thumbnail was on screen; it stays until the preview has loaded. */
  seen?: boolean;
};

const altOf = (photo: Photo) =>
  photo.alt_text || photo.title || t.photo.titleBy(photo.owner.display_name);

/** The photo on a dark stage. Its box is known before its bytes, so nothing jumps. */
export function Stage({ photo, overlay, zoomed, onZoom, alone = false, seen = false }: StageProps) {
  const { thumb, preview } = photo.urls;
  if (zoomed && preview) return <Zoomed photo={photo} overlay={overlay} onZoom={onZoom} />;
  return (
    <div className={stageClasses.frame}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a pointer shortcut; the zoom button does the same */}
      <div
        className={stageClasses.box}
        style={{
          aspectRatio: photo.width / photo.height,
          width: stageWidth(photo),
          backgroundImage: seen && thumb ? `url("${thumb}")` : placeholderImage(photo.thumbhash),
        }}
        onDoubleClick={onZoom}
      >
        {preview ? (
          <img
            src={preview}
            srcSet={sources(photo)}
            sizes={stageSizes(photo, alone)}
            alt={altOf(photo)}
            width={photo.width}
            height={photo.height}
            fetchPriority="high"
            className={stageClasses.picture}
          />
        ) : (
          <NoPreview photo={photo} />
        )}
        {overlay}
      </div>
    </div>
  );
}

/** Formats that every browser can display; others are zoomed by their preview. */
const shownByBrowsers = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif']);

/** The photo at full size, or at twice the frame's width if it is smaller. */
function Zoomed({ photo, overlay, onZoom }: Omit<StageProps, 'zoomed'>) {
  const frame = useRef<HTMLElement>(null);
  const { original, preview } = photo.urls;
  const source = original && shownByBrowsers.has(photo.media_type) ? original : preview;
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    element.scrollTo(
      (element.scrollWidth - element.clientWidth) / 2,
      (element.scrollHeight - element.clientHeight) / 2,
    );
    element.focus({ preventScroll: true });
  }, []);
  return (
    <section
      ref={frame}
      aria-label={t.photoPage.zoomed}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys scroll the photo
      tabIndex={0}
      className="h-(--stage-height) w-full cursor-grab overflow-auto overscroll-contain active:cursor-grabbing lg:h-full"
      onDoubleClick={onZoom}
      onPointerMove={(event) => {
        if (event.pointerType !== 'mouse' || event.buttons !== 1) return;
        event.currentTarget.scrollBy(-event.movementX, -event.movementY);
      }}
    >
      <div
        className="relative"
        style={{
          aspectRatio: photo.width / photo.height,
          width: `max(${Math.round(photo.width / window.devicePixelRatio)}px, 200%)`,
        }}
      >
        <img
          src={source ?? undefined}
          alt={altOf(photo)}
          width={photo.width}
          height={photo.height}
          draggable={false}
          className="size-full bg-cover"
          style={{ backgroundImage: preview ? `url("${preview}")` : undefined }}
        />
        {overlay}
      </div>
    </section>
  );
}

function NoPreview({ photo }: { photo: Photo }) {
  const failed = photo.status === 'failed';
  const Icon = failed ? TriangleAlert : LoaderCircle;
  return (
    <div className="absolute inset-0 flex flex-col items-center justify-center gap-2 rounded-photo border border-line border-dashed p-4 text-center text-13 text-muted">
      <Icon aria-hidden size={24} className={failed ? 'text-reject' : ''} />
      {failed ? t.photo.failedTitle : t.photo.processing}
    </div>
  );
}

type FailureProps = { photoId: string; failure: NonNullable<Photo['failure']> };

/** The reason of a failure, with its code, for the owner. */
export function FailureNote({ photoId, failure }: FailureProps) {
  const retry = useRetryPhoto();
  return (
    <div
      role="alert"
      className="flex flex-col items-start gap-1 border-reject border-s-2 ps-3 text-13"
    >
      <p className="font-medium">{t.photo.failedTitle}</p>
      <p>{codeText(failure.code, failure.detail)}</p>
      <p className="text-muted">{t.photo.failedText}</p>
      <code className="font-sans text-12 text-muted">{failure.code}</code>
      <Button
        small
        className="mt-1"
        disabled={retry.isPending}
        onClick={() => retry.mutate(photoId)}
      >
        {t.state.retry}
      </Button>
    </div>
  );
}
