import { useMutation, useQueryClient } from '@tanstack/react-query';
import { addPhotosToAlbum, albumKeys, createAlbum } from '@/entities/album';
import { photoKeys } from '@/entities/photo';
import type { Album } from '@/shared/api';
import { problemText } from '@/shared/i18n';
import { text } from '@/shared/i18n/albums';
import { toast } from '@/shared/ui';

/** Add photos to an album, or to a new one with that title. */
export function useAddTo() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ to, ids }: { to: Album | string; ids: string[] }) => {
      const album =
        typeof to === 'string'
          ? await createAlbum({ title: to, description: '', visibility: 'private' })
          : to;
      return { album, all: ids.length, refused: await addPhotosToAlbum(album.id, ids) };
    },
    onSuccess: ({ album, all, refused }) => {
      const sentences = [
        all > refused ? text.addedTo(all - refused, album.title) : '',
        refused ? text.notAdded(refused) : '',
      ];
      toast(sentences.filter(Boolean).join(' '));
      void client.resetQueries({ queryKey: photoKeys.list({ album: album.id }) });
    },
    onError: (error) => toast(`${text.addFailed} ${problemText(error)}`),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: albumKeys.all });
    },
  });
}
