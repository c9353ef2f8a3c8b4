import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Photo, Tag } from '@/shared/api';
import { t } from '@/shared/i18n';
import { groupTags, labelTexts, publishedAt } from '../model';
import { TagChip } from './tag-chip';

/** The tags of one photo in their groups. */
export function TagPanel({ photo }: { photo: Photo }) {
  return (
    <section aria-labelledby="tags-heading" className="flex flex-col gap-3">
      <h2 id="tags-heading" className="font-bold text-15">
        {t.tags.title}
      </h2>
      <Groups key={`groups-${photo.id}`} photo={photo} />
      <Announcement key={`news-${photo.id}`} photo={photo} />
    </section>
  );
}

/** A box that waits for tags has room for three rows of them, so that nothing moves as they arrive. */
function Groups({ photo }: { photo: Photo }) {
  const [awaited] = useState(photo.status === 'pending');
  const { confirmed, suggested, modelVersion } = groupTags(photo.tags);
  const madeAt = publishedAt(modelVersion);
  const suggestedTitle = madeAt ? t.tags.suggestedBy(madeAt) : t.tags.suggested;
  return (
    <div className={`flex flex-col gap-4 ${awaited ? 'min-h-[128px]' : ''}`}>
      {photo.tags.length === 0 && <NoTags status={photo.status} />}
      {confirmed.length > 0 && <Group title={t.tags.confirmed} tags={confirmed} />}
      {suggested.length > 0 && <Group title={suggestedTitle} tags={suggested} />}
    </div>
  );
}

function Group({ title, tags }: { title: string; tags: Tag[] }) {
  return (
    <div className="flex flex-col gap-2">
      <h3 className="text-12 text-muted">{title}</h3>
      <ul aria-label={title} className="flex flex-wrap gap-2">
        {tags.map((tag) => (
          <li key={tag.label} data-tag={tag.label}>
            <TagChip tag={tag} />
          </li>
        ))}
      </ul>
    </div>
  );
}

const Line = ({ children }: { children: ReactNode }) => (
  <p className="text-13 text-muted">{children}</p>
);

function NoTags({ status }: { status: Photo['status'] }) {
  if (status === 'failed') return <Line>{t.tags.failed}</Line>;
  if (status === 'tagged') return <Line>{t.tags.none}</Line>;
  return (
    <div className="flex flex-col gap-2">
      <Line>{t.tags.arriving}</Line>
      <div aria-hidden className="flex gap-2">
        {['w-20', 'w-28', 'w-16'].map((width) => (
          <span
            key={width}
            className={`h-7 rounded-chip border border-line border-dashed ${width}`}
          />
        ))}
      </div>
    </div>
  );
}

/** Speaks only when tags arrive while one looks on, not when a finished photo is opened. */
function Announcement({ photo }: { photo: Photo }) {
  const [text, setText] = useState('');
  const before = useRef(photo.status);
  useEffect(() => {
    if (before.current === 'pending' && photo.status === 'tagged') {
      setText(t.tags.announce(labelTexts(photo.tags)));
    }
    before.current = photo.status;
  }, [photo.status, photo.tags]);
  return (
    <p aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}
