import { Tag, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { AddToAlbumButton } from '@/features/add-to-album';
import type { Photo, User } from '@/shared/api';
import type { Selection } from '@/shared/grid';
import { t } from '@/shared/i18n';
import { useKeys } from '@/shared/keys';
import { Button, IconButton } from '@/shared/ui';
import { type Change, useBulk } from './bulk';
import { barButton, VisibilityMenu } from './selection-menus';
import { SelectionTags } from './selection-tags';

type Props = {
  photos: Photo[];
  selection: Selection;
  user: User | null;
  /** Whether the list has pages that are not loaded. */
  more: boolean;
};

/** Bulk actions on the selected photos; only the owner's own are changed. */
export default function SelectionBar({ photos, selection, user, more }: Props) {
  const chosen = photos.filter(({ id }) => selection.ids.has(id));
  const own = chosen.filter(({ owner }) => owner.username === user?.username);
  const [tagging, setTagging] = useState(false);
  const bulk = useBulk();
  const apply = (change: Change) => bulk.mutate({ photos: own, change });
  const onTrash = () => {
    if (own.length === 0 || bulk.isPending) return;
    bulk.mutate(
      { photos: own, change: { action: 'delete', value: null } },
      { onSuccess: () => document.getElementById('main')?.focus({ preventScroll: true }) },
    );
  };
  useKeys({
    Delete: onTrash,
    t: () => setTagging(true),
    Escape: tagging ? () => setTagging(false) : selection.clear,
  });
  return (
    <section
      aria-label={t.selection.bar}
      className="fixed inset-x-0 bottom-(--bottom-bar) z-30 ms-(--rail) border-line border-t bg-surface shadow-layer lg:shadow-none"
    >
      {tagging && own.length > 0 && (
        <SelectionTags photos={own} busy={bulk.isPending} onChange={apply} />
      )}
      <div className="flex min-h-14 flex-wrap items-center gap-x-2 gap-y-1 px-(--gutter) py-2">
        <IconButton icon={X} label={t.selection.clear} onClick={selection.clear} />
        <p role="status" className="me-2 font-medium text-13 tabular-nums">
          {t.selection.count(chosen.length)}
          {own.length < chosen.length && (
            <span className="ms-2 font-normal text-muted">{t.selection.yours(own.length)}</span>
          )}
          {more && chosen.length === photos.length && (
            <span className="ms-2 font-normal text-muted">{t.selection.notAll}</span>
          )}
        </p>
        <Button look="quiet" className="h-9! px-3! text-13!" onClick={selection.all}>
          {more ? t.selection.allLoaded : t.selection.all}
        </Button>
        <div className="flex-1" />
        {own.length === 0 ? (
          <p className="text-13 text-muted">{t.selection.noneYours}</p>
        ) : (
          <div className="flex gap-1 max-md:w-full">
            <Button
              look="quiet"
              className={barButton}
              aria-expanded={tagging}
              onClick={() => setTagging(!tagging)}
            >
              <Tag aria-hidden size={16} />
              {t.selection.tags}
            </Button>
            <VisibilityMenu busy={bulk.isPending} onChange={apply} />
            <AddToAlbumButton
              ids={own.map(({ id }) => id)}
              busy={bulk.isPending}
              className={barButton}
            />
            <Button look="quiet" className={barButton} disabled={bulk.isPending} onClick={onTrash}>
              <Trash2 aria-hidden size={16} />
              {t.selection.trash}
            </Button>
          </div>
        )}
      </div>
    </section>
  );
}
