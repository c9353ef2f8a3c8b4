import { useInfiniteQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { useSession } from '@/entities/session';
import { SignInNotice } from '@/features/auth';
import type { Photo } from '@/shared/api';
import { problemText, t } from '@/shared/i18n';
import { Button, ConfirmDialog, LoadMore, Notice, QueryView, toast, useTitle } from '@/shared/ui';
import { trashQuery, useEmpty, useRemoveForGood, useRestore } from './api';
import { focusAfter, photosIn } from './model';
import { nameOf, TrashItem } from './ui/trash-item';

const listClass =
  'grid grid-cols-[repeat(auto-fill,minmax(152px,1fr))] gap-x-3 gap-y-6 md:grid-cols-[repeat(auto-fill,minmax(200px,1fr))]';

export default function TrashPage() {
  const { user, pending } = useSession();
  useTitle(t.trash.title);
  return (
    <div className="px-(--gutter) pb-8">
      <h1 className="pt-4 pb-1 font-bold text-18">{t.trash.title}</h1>
      {user ? <Trash /> : !pending && <SignInNotice text={t.trash.signInFirst} />}
    </div>
  );
}

function Trash() {
  const query = useInfiniteQuery(trashQuery);
  const photos = query.data ? photosIn(query.data) : [];
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3 pb-4">
        <p className="max-w-[68ch] text-13 text-muted">{t.trash.note}</p>
        {/* The number is known once every page is loaded. */}
        {photos.length > 0 && !query.hasNextPage && <EmptyButton photos={photos} />}
      </div>
      <QueryView
        query={query}
        what={t.trash.what}
        loading={<Skeleton />}
        isEmpty={() => photos.length === 0 && !query.hasNextPage}
        empty={<Notice text={t.trash.empty} />}
      >
        {() => <Items photos={photos} />}
      </QueryView>
      <LoadMore query={query} />
    </>
  );
}

function EmptyButton({ photos }: { photos: Photo[] }) {
  const [asking, setAsking] = useState(false);
  const empty = useEmpty();
  const onConfirm = () =>
    empty.mutate(
      photos.map((photo) => photo.id),
      {
        onSuccess: (count) => toast(t.trash.emptied(count)),
        onError: (error) => toast(`${t.trash.emptyFailed} ${problemText(error)}`),
      },
    );
  return (
    <>
      <Button disabled={empty.isPending} onClick={() => setAsking(true)}>
        <Trash2 aria-hidden size={18} />
        {t.trash.emptyAll}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t.trash.emptyTitle}
        text={t.trash.emptyText(photos.length)}
        confirm={t.trash.emptyConfirm(photos.length)}
        cancel={t.trash.keep}
        onConfirm={onConfirm}
      />
    </>
  );
}

/** Restoring is immediate; deleting permanently asks first. */
function Items({ photos }: { photos: Photo[] }) {
  const list = useRef<HTMLUListElement>(null);
  const [asked, setAsked] = useState<Photo | null>(null);
  const [asking, setAsking] = useState(false);
  const restore = useRestore();
  const remove = useRemoveForGood();
  const answers = (photo: Photo, done: string, failed: string) => {
    const next = focusAfter(photos, photo.id);
    return {
      onSuccess: () => {
        toast(done);
        const button = list.current?.querySelector<HTMLElement>(`[data-restore="${next}"]`);
        (button ?? document.getElementById('main'))?.focus();
      },
      onError: (error: Error) => toast(`${failed} ${problemText(error)}`),
    };
  };
  const onRestore = (photo: Photo) => {
    const name = nameOf(photo);
    restore.mutate(photo.id, answers(photo, t.trash.restored(name), t.trash.restoreFailed(name)));
  };
  const onRemove = (photo: Photo) => {
    const name = nameOf(photo);
    remove.mutate(photo.id, answers(photo, t.trash.removed(name), t.trash.removeFailed(name)));
  };
  const inWork = [restore, remove].flatMap((work) => (work.isPending ? [work.variables] : []));
  return (
    <>
      <ul ref={list} aria-label={t.trash.photos} className={listClass}>
        {photos.map((photo) => (
          <li key={photo.id}>
            <TrashItem
              photo={photo}
              busy={inWork.includes(photo.id)}
              onRestore={() => onRestore(photo)}
              onRemove={() => {
                setAsked(photo);
                setAsking(true);
              }}
            />
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t.trash.removeTitle}
        text={asked ? t.trash.removeText(nameOf(asked)) : ''}
        confirm={t.trash.remove}
        cancel={t.trash.keep}
        onConfirm={() => asked && onRemove(asked)}
      />
    </>
  );
}

const Skeleton = () => (
  <div role="status" aria-label={t.state.loading} className={listClass}>
    {Array.from({ length: 8 }, (_, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
      <div key={index} className="aspect-[4/3] rounded-photo bg-sunken" />
    ))}
  </div>
);
