import { LoaderCircle, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Photo } from '@/shared/api';
import { placeholderImage } from '@/shared/grid';
import { codeText, t } from '@/shared/i18n';

/** A small picture is shown somewhat larger than it is, never so much that it turns to mush. */
const largestZoom = 1.5;

/** The picture on black, as large as its frame allows; its box is known before its bytes. */
export function Stage({ photo, overlay }: { photo: Photo; overlay?: ReactNode }) {
  const { preview } = photo.urls;
  const ratio = photo.width / photo.height;
  return (
    <div className="flex size-full items-center justify-center lg:p-6">
      <div
        className="relative max-h-full max-w-full bg-center bg-cover"
        style={{
          aspectRatio: ratio,
          width: `min(100%, calc(var(--stage-height) * ${ratio}), ${Math.max(photo.width * largestZoom, 480)}px)`,
          backgroundImage: placeholderImage(photo.thumbhash),
        }}
      >
        {preview ? (
          <img
            src={preview}
            alt={photo.alt_text || photo.title || t.photo.titleBy(photo.owner.display_name)}
            width={photo.width}
            height={photo.height}
            fetchPriority="high"
            className="size-full object-contain"
          />
        ) : (
          <NoPreview photo={photo} />
        )}
        {overlay}
      </div>
    </div>
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

/** Why there is no picture or no tags, for the owner: in words, and with the code to look up. */
export function FailureNote({ failure }: { failure: NonNullable<Photo['failure']> }) {
  return (
    <div role="alert" className="flex flex-col gap-1 border-reject border-l-2 pl-3 text-13">
      <p className="font-medium">{t.photo.failedTitle}</p>
      <p>{codeText(failure.code, failure.detail)}</p>
      <p className="text-muted">{t.photo.failedText}</p>
      <code className="font-sans text-12 text-muted">{failure.code}</code>
    </div>
  );
}
