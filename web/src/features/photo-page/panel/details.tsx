import type { ReactNode } from 'react';
import { groupTags } from '@/features/tags';
import type { Photo } from '@/shared/api';
import { t } from '@/shared/i18n';
import { cameraName, exposureOf } from './camera';

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 tabular-nums">{children}</dd>
    </>
  );
}

const mediaName = (type: string) => (type.split('/')[1] ?? type).toUpperCase();

export function Details({ photo, isOwner }: { photo: Photo; isOwner: boolean }) {
  const { modelVersion } = groupTags(photo.tags);
  const camera = photo.camera ? cameraName(photo.camera) : '';
  const exposure = photo.camera ? exposureOf(photo.camera) : '';
  return (
    <section aria-labelledby="details-heading" className="flex flex-col gap-3">
      <h2 id="details-heading" className="font-bold text-15">
        {t.photo.details}
      </h2>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-13">
        <Row name={t.photo.owner}>{photo.owner.display_name}</Row>
        {photo.taken_at && <Row name={t.photo.taken}>{t.photo.on(photo.taken_at)}</Row>}
        <Row name={t.photo.added}>{t.photo.on(photo.created_at)}</Row>
        <Row name={t.photo.dimensions}>{t.photo.pixels(photo.width, photo.height)}</Row>
        <Row name={t.photo.size}>{t.photo.file(photo.bytes, mediaName(photo.media_type))}</Row>
        {camera && <Row name={t.photo.camera}>{camera}</Row>}
        {photo.camera?.lens && <Row name={t.photoPage.lens}>{photo.camera.lens}</Row>}
        {exposure && <Row name={t.photoPage.exposureTitle}>{exposure}</Row>}
        {photo.location && (
          <Row name={t.photoPage.place}>{t.photoPage.coordinates(photo.location)}</Row>
        )}
        {modelVersion && <Row name={t.photo.model}>{modelVersion}</Row>}
        <Downloads urls={photo.urls} />
        {isOwner && <Row name={t.photo.visibility}>{t.photo.visibilities[photo.visibility]}</Row>}
      </dl>
    </section>
  );
}

/** Dimensions of the original are known only to those who may download it. */
function Downloads({ urls }: { urls: Photo['urls'] }) {
  const sizes = [
    [t.photoPage.original, urls.original],
    [t.photoPage.webSize, urls.preview],
  ] as const;
  if (!urls.original && !urls.preview) return null;
  return (
    <Row name={t.photoPage.download}>
      <span className="flex gap-3">
        {sizes.map(
          ([name, url]) =>
            url && (
              <a
                key={name}
                href={url}
                download
                className="-my-0.75 inline-flex min-h-6 items-center text-accent underline"
              >
                {name}
              </a>
            ),
        )}
      </span>
    </Row>
  );
}
