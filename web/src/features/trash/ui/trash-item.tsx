import { RotateCcw, Trash2 } from 'lucide-react';
import type { Photo } from '@/shared/api';
import { placeholderImage } from '@/shared/grid';
import { t } from '@/shared/i18n';
import { Button, IconButton } from '@/shared/ui';
import { daysLeft } from '../model';

export const nameOf = (photo: Photo) => photo.title || t.trash.untitled;

type Props = {
  photo: Photo;
  busy: boolean;
  onRestore: () => void;
  onRemove: () => void;
};

export function TrashItem({ photo, busy, onRestore, onRemove }: Props) {
  const name = nameOf(photo);
  const days = photo.deleted_at ? daysLeft(photo.deleted_at, Date.now()) : 0;
  return (
    <div className="flex flex-col gap-1">
      <div
        className="aspect-[4/3] overflow-hidden rounded-photo bg-sunken bg-cover bg-center"
        style={{ backgroundImage: placeholderImage(photo.thumbhash) }}
      >
        {photo.urls.thumb && (
          <img
            src={photo.urls.thumb}
            alt={photo.alt_text || name}
            loading="lazy"
            decoding="async"
            className="size-full object-cover"
          />
        )}
      </div>
      <p className="truncate font-medium text-13">{name}</p>
      {photo.deleted_at && (
        <p className={`text-12 tabular-nums ${days === 0 ? 'text-warn' : 'text-muted'}`}>
          {t.trash.left(days)}
        </p>
      )}
      <div className="flex items-center justify-between">
        <Button
          small
          data-restore={photo.id}
          aria-label={t.trash.restoreLabel(name)}
          className="h-9! px-3! text-13!"
          disabled={busy}
          onClick={onRestore}
        >
          <RotateCcw aria-hidden size={16} />
          {t.trash.restore}
        </Button>
        <IconButton
          icon={Trash2}
          label={t.trash.removeLabel(name)}
          className="size-9!"
          disabled={busy}
          onClick={onRemove}
        />
      </div>
    </div>
  );
}
