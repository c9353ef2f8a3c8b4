import type { ReactNode } from 'react';
import { groupTags } from '@/features/tags';
import type { Photo } from '@/shared/api';
import { t } from '@/shared/i18n';

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 tabular-nums">{children}</dd>
    </>
  );
}

const mediaName = (type: string) => (type.split('/')[1] ?? type).toUpperCase();

const cameraName = ({ make, model }: NonNullable<Photo['camera']>) =>
  [make && model?.startsWith(make) ? null : make, model].filter(Boolean).join(' ');

export function Details({ photo, isOwner }: { photo: Photo; isOwner: boolean }) {
  const { modelVersion } = groupTags(photo.tags);
  const camera = photo.camera ? cameraName(photo.camera) : '';
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
        {modelVersion && <Row name={t.photo.model}>{modelVersion}</Row>}
        {isOwner && <Row name={t.photo.visibility}>{t.photo.visibilities[photo.visibility]}</Row>}
      </dl>
    </section>
  );
}
