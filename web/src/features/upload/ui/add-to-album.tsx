import { useMutation } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { addPhotoToAlbum } from '@/entities/album';
import { problemText, t } from '@/shared/i18n';
import { Button, toast } from '@/shared/ui';
import type { AlbumChoice } from '../queue/item';

type Props = { album: AlbumChoice; photoId: string; name: string };

/** Adds a duplicate to the album that was chosen for it. */
export function AddToAlbum({ album, photoId, name }: Props) {
  const add = useMutation({ mutationFn: () => addPhotoToAlbum(album.id, photoId) });
  if (add.isSuccess) {
    return (
      <p className="flex items-center gap-1 text-12 text-accept">
        <Check aria-hidden size={14} />
        <span className="truncate">{t.upload.addedTo(album.title)}</span>
      </p>
    );
  }
  return (
    <Button
      small
      className="max-w-full"
      disabled={add.isPending}
      aria-label={t.upload.addToLabel(name, album.title)}
      onClick={() =>
        add.mutate(undefined, {
          onError: (error) => toast(`${t.upload.addFailed(name)} ${problemText(error)}`),
        })
      }
    >
      <span className="truncate">{t.upload.addTo(album.title)}</span>
    </Button>
  );
}
