import { useInfiniteQuery } from '@tanstack/react-query';
import { Images } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { ownAlbumsQuery } from '@/entities/album';
import type { Album } from '@/shared/api';
import { placeholderImage } from '@/shared/grid';
import { t } from '@/shared/i18n';
import { text } from '@/shared/i18n/albums';
import { Button, InfoDialog, LoadMore, QueryView } from '@/shared/ui';
import { useAddTo } from './api';

type Props = {
  /** Photos to add. */
  ids: string[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
};

/** Dialog with the user's albums and a field for a new one. */
export default function AlbumChooser({ ids, open, onOpenChange }: Props) {
  const query = useInfiniteQuery(ownAlbumsQuery);
  const albums = query.data?.pages.flatMap((page) => page.items) ?? [];
  const add = useAddTo();
  const pick = (to: Album | string) => {
    add.mutate({ to, ids });
    onOpenChange(false);
  };
  return (
    <InfoDialog open={open} onOpenChange={onOpenChange} title={text.addTo}>
      <NewAlbumLine onCreate={pick} />
      <QueryView
        query={query}
        what={text.what}
        loading={<div role="status" aria-label={t.state.loading} className="h-40" />}
        isEmpty={() => albums.length === 0}
        empty={<p className="text-13 text-muted">{text.addToNone}</p>}
      >
        {() => (
          <ul aria-label={text.listLabel} className="flex min-h-0 flex-col overflow-auto p-1">
            {albums.map((album) => (
              <li key={album.id}>
                <AlbumLine album={album} onPick={() => pick(album)} />
              </li>
            ))}
            <LoadMore query={query} />
          </ul>
        )}
      </QueryView>
    </InfoDialog>
  );
}

function AlbumLine({ album, onPick }: { album: Album; onPick: () => void }) {
  const { cover } = album;
  return (
    <button
      type="button"
      onClick={onPick}
      className="flex w-full items-center gap-3 rounded-control p-1.5 text-start hover:bg-sunken"
    >
      <span
        className="flex size-11 shrink-0 items-center justify-center overflow-hidden rounded-photo bg-center bg-cover bg-sunken text-line-strong"
        style={{ backgroundImage: placeholderImage(cover?.thumbhash ?? null) }}
      >
        {cover?.urls.thumb ? (
          <img src={cover.urls.thumb} alt="" loading="lazy" className="size-full object-cover" />
        ) : (
          <Images aria-hidden size={18} strokeWidth={1.5} />
        )}
      </span>
      <span className="flex min-w-0 flex-col">
        <span className="truncate font-medium">{album.title}</span>
        <span className="text-13 text-muted tabular-nums">{text.count(album.photo_count)}</span>
      </span>
    </button>
  );
}

function NewAlbumLine({ onCreate }: { onCreate: (title: string) => void }) {
  const [title, setTitle] = useState('');
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim()) onCreate(title.trim());
  };
  return (
    <form onSubmit={onSubmit} className="flex gap-2">
      <input
        aria-label={text.newTitle}
        placeholder={text.newTitleHint}
        value={title}
        maxLength={200}
        autoComplete="off"
        className="h-10 min-w-0 flex-1 rounded-control border border-line-strong bg-surface px-3 placeholder:text-muted"
        onChange={(event) => setTitle(event.target.value)}
      />
      <Button type="submit" disabled={!title.trim()}>
        {text.addToNew}
      </Button>
    </form>
  );
}
