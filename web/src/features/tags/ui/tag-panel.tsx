import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { Photo, Tag } from '@/shared/api';
import { t } from '@/shared/i18n';
import type { Decision } from '../decision';
import { lastDecisionOn } from '../last-decision';
import { groupTags, labelTexts, publishedAt } from '../model';
import { TagChip } from './tag-chip';
import { TagEditor } from './tag-editor';
import { TagName } from './tag-name';

/** The owner's editing of a photo's tags. */
export type TagEditing = {
  /** All tags including rejected and unlikely ones; the shown tags until they load. */
  all: Tag[];
  /** Decisions, latest first; null until they load. */
  decisions: Photo['decisions'];
  /** Labels with a decision that is queued offline. */
  waiting: string[];
  onDecide: (label: string, decision: Decision) => void;
  onAdd: (labels: string[]) => void;
};

/** The tag whose heat map is shown. */
export type Explaining = { label: string | null; onExplain: (label: string) => void };

type Props = { photo: Photo; editing?: TagEditing | undefined; explaining: Explaining };

/** A photo's tags by group. */
export function TagPanel({ photo, editing, explaining }: Props) {
  return (
    <section aria-labelledby="tags-heading" className="flex flex-col gap-3">
      <h2 id="tags-heading" className="font-bold text-15">
        {t.tags.title}
      </h2>
      <Groups key={`groups-${photo.id}`} photo={photo} editing={editing} explaining={explaining} />
      <Announcement key={`news-${photo.id}`} photo={photo} />
    </section>
  );
}

/** Reserves three rows while tags are pending, so that nothing moves when they arrive. */
function Groups({ photo, editing, explaining }: Props) {
  const [awaited] = useState(photo.status === 'pending');
  const room = awaited ? 'min-h-[128px]' : '';
  const all = editing?.all;
  // Memoised: the editor detects moved rows by identity.
  const lists = useMemo(() => ({ shown: photo.tags, all: all ?? [] }), [photo.tags, all]);
  if (editing) {
    return (
      <div className={room}>
        <TagEditor
          lists={lists}
          none={<NoTags status={photo.status} />}
          explained={explaining.label}
          decisions={editing.decisions ?? undefined}
          waiting={editing.waiting}
          onDecide={editing.onDecide}
          onAdd={editing.onAdd}
          onExplain={explaining.onExplain}
        />
      </div>
    );
  }
  const { confirmed, suggested, modelVersion } = groupTags(photo.tags);
  const madeAt = publishedAt(modelVersion);
  const suggestedTitle = madeAt ? t.tags.suggestedBy(madeAt) : t.tags.suggested;
  return (
    <div className={`flex flex-col gap-4 ${room}`}>
      {photo.tags.length === 0 && <NoTags status={photo.status} />}
      {confirmed.length > 0 && <Group title={t.tags.confirmed} tags={confirmed} />}
      {suggested.length > 0 && (
        <Group title={suggestedTitle} tags={suggested} explaining={explaining} />
      )}
    </div>
  );
}

type GroupProps = { title: string; tags: Tag[]; explaining?: Explaining };

function Group({ title, tags, explaining }: GroupProps) {
  return (
    <div className="flex flex-col gap-2">
      <h3 className="text-12 text-muted">{title}</h3>
      <ul aria-label={title} className="flex flex-wrap gap-2">
        {tags.map((tag) => (
          <li key={tag.label} data-tag={tag.label}>
            <TagName
              tag={tag}
              word={lastDecisionOn(tag, undefined, false)}
              className="rounded-chip aria-pressed:bg-sunken"
              {...(explaining
                ? {
                    pressed: explaining.label === tag.label,
                    onPress: () => explaining.onExplain(tag.label),
                  }
                : {})}
            >
              <TagChip tag={tag} />
            </TagName>
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

/** Announces tags that arrive while the page is open. */
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
