import { Images, X } from 'lucide-react';
import { Link } from 'wouter';
import { inOrder, labelTexts, TagChip } from '@/features/tags';
import type { Photo } from '@/shared/api';
import { codeText, t } from '@/shared/i18n';
import { Button, IconButton } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { canRetry, isMoving, nearDuplicatesOf, photoOf, type UploadItem } from '../queue/item';
import { queue } from '../store';
import { AddToAlbum } from './add-to-album';
import { Thumb } from './thumb';
import { useSlow } from './use-slow';

/** Row height in pixels, with room for the state and two lines of tags. */
export const rowHeight = 112;

/** Estimated wait in seconds at the recent pace. */
function waitOf(ahead: number): number | null {
  const pace = queue.paceMs();
  return pace === null ? null : Math.ceil((ahead * pace) / 1_000);
}

function stateText({ stage }: UploadItem, ahead: number, slow: boolean): string {
  switch (stage.name) {
    case 'queued':
      return ahead > 0 ? t.upload.ahead(ahead, waitOf(ahead)) : t.upload.queued;
    case 'sending':
      return stage.share < 1 ? t.upload.sending(stage.share) : t.upload.checking;
    case 'waiting':
      return t.upload.paused[stage.why](stage.share);
    case 'tagged':
      return t.upload.tagged(stage.photo.tags.length);
    case 'duplicate':
      return t.upload.duplicate(stage.photo.created_at);
    case 'failed':
      return codeText(stage.code, stage.detail);
    case 'received':
    case 'rendered':
      return slow ? t.upload.later : t.upload[stage.name];
    default:
      return t.upload[stage.name];
  }
}

type Props = {
  item: UploadItem;
  top: number;
  position: number;
  setSize: number;
  /** Uploads ahead in the queue. */
  ahead: number;
};

export function TrayRow({ item, top, position, setSize, ahead }: Props) {
  const { stage, name } = item;
  const photo = photoOf(item);
  const failed = stage.name === 'failed';
  const slow = useSlow(stage.name === 'received' || stage.name === 'rendered');
  return (
    <li
      aria-posinset={position}
      aria-setsize={setSize}
      data-stage={stage.name}
      className="absolute inset-x-0 top-0 flex gap-3 px-4 py-2.5"
      style={{ height: rowHeight, transform: `translateY(${top}px)` }}
    >
      <Thumb item={item} />
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="flex items-center gap-1">
          <p className="flex-1 truncate font-medium text-13">{name}</p>
          {photo && (
            <Link
              href={hrefs.photo(photo.id)}
              aria-label={t.upload.openLabel(name)}
              className="font-medium text-13 text-accent hover:underline"
            >
              {t.upload.open}
            </Link>
          )}
          {(isMoving(item) || canRetry(item) || stage.name === 'missing') && (
            <IconButton
              icon={X}
              label={t.upload.cancelLabel(name)}
              className="-my-1 size-6!"
              onClick={() => queue.remove(item.key)}
            />
          )}
        </div>
        <p className={`line-clamp-2 text-12 tabular-nums ${failed ? 'text-reject' : 'text-muted'}`}>
          {stateText(item, ahead, slow)}
          <NearDuplicateLink ids={nearDuplicatesOf(item)} />
        </p>
        <div className="mt-1 flex-1">
          {(stage.name === 'sending' || stage.name === 'waiting') && (
            <Progress name={name} share={stage.share} />
          )}
          {stage.name === 'duplicate' && item.album && (
            <AddToAlbum album={item.album} photoId={stage.photo.id} name={name} />
          )}
          {stage.name === 'tagged' && <Chips photo={stage.photo} />}
          {failed && <FailureActions item={item} />}
        </div>
      </div>
    </li>
  );
}

/** Links to the near-duplicate, to compare the two. */
function NearDuplicateLink({ ids }: { ids: string[] }) {
  const [first] = ids;
  if (!first) return null;
  return (
    <Link
      href={hrefs.photo(first)}
      className="ms-2 inline-flex items-center gap-1 align-top text-accent hover:underline"
    >
      <Images aria-hidden size={12} />
      {t.upload.alike(ids.length)}
    </Link>
  );
}

function Progress({ name, share }: { name: string; share: number }) {
  return (
    <div
      role="progressbar"
      aria-label={t.upload.progressLabel(name)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      className="h-1 overflow-hidden rounded-chip bg-sunken"
    >
      <div
        className="h-full origin-left bg-accent rtl:origin-right transition-transform motion-reduce:transition-none"
        style={{ transform: `scaleX(${share})` }}
      />
    </div>
  );
}

const shownChips = 4;

function Chips({ photo }: { photo: Photo }) {
  const more = photo.tags.length - shownChips;
  return (
    <ul
      aria-label={t.tags.title}
      className="flex max-h-12 flex-wrap gap-x-1 gap-y-1 overflow-hidden"
    >
      {inOrder(photo.tags)
        .slice(0, shownChips)
        .map((tag) => (
          <li key={tag.label} data-tag={tag.label}>
            <TagChip tag={tag} small />
          </li>
        ))}
      {more > 0 && (
        <li
          className="text-12 text-muted tabular-nums leading-[22px]"
          title={labelTexts(photo.tags).join(', ')}
        >
          <span aria-hidden>{t.tags.more(more)}</span>
          <span className="sr-only">{t.tags.moreLabel(more)}</span>
        </li>
      )}
    </ul>
  );
}

function FailureActions({ item }: { item: UploadItem }) {
  if (item.stage.name !== 'failed') return null;
  const { code, requestId } = item.stage;
  return (
    <div className="flex items-center gap-2">
      {canRetry(item) && (
        <Button
          small
          aria-label={t.upload.retryLabel(item.name)}
          onClick={() => queue.retry(item.key)}
        >
          {t.upload.retry}
        </Button>
      )}
      <code
        className="truncate font-sans text-12 text-muted"
        title={requestId ? t.state.requestId(requestId) : undefined}
      >
        {code}
      </code>
    </div>
  );
}
