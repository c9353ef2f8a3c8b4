import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import {
  type AlbumText,
  addPhotosToAlbum,
  addPhotoToAlbum,
  albumKeys,
  changeAlbum,
  createAlbum,
  deleteAlbum,
  orderAlbum,
  removePhotoFromAlbum,
} from '@/entities/album';
import { type PhotoListData, photoKeys } from '@/entities/photo';
import type { Photo } from '@/shared/api';
import { problemText } from '@/shared/i18n';
import { text } from '@/shared/i18n/albums';
import { toast } from '@/shared/ui';
import { changedPrefix, inOrder } from './order';

export const nameOf = (photo: Photo) => photo.title || text.untitled;

const listKey = (id: string) => photoKeys.list({ album: id });

/** Refetch the album lists, whose covers and counts may have changed. */
function refreshAlbums(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: albumKeys.all });
}

const idsIn = (data: PhotoListData | undefined): string[] =>
  data?.pages.flatMap((page) => page.items.map((photo) => photo.id)) ?? [];

export function useCreateAlbum() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: createAlbum,
    onSuccess: (album) => {
      client.setQueryData(albumKeys.one(album.id), album);
      void client.invalidateQueries({ queryKey: albumKeys.own });
    },
  });
}

export function useChangeAlbum(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Partial<AlbumText> & { cover_photo_id?: string }) =>
      changeAlbum(id, change),
    onSuccess: (album) => {
      client.setQueryData(albumKeys.one(id), album);
      void client.invalidateQueries({ queryKey: albumKeys.own });
    },
  });
}

export function useDeleteAlbum(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => deleteAlbum(id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: albumKeys.own });
    },
  });
}

export function useAddPhotos(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (ids: string[]) => ({
      all: ids.length,
      refused: await addPhotosToAlbum(id, ids),
    }),
    onSuccess: ({ all, refused }) => {
      const sentences = [
        all > refused ? text.added(all - refused) : '',
        refused ? text.notAdded(refused) : '',
      ];
      toast(sentences.filter(Boolean).join(' '));
    },
    onError: (error) => toast(`${text.addFailed} ${problemText(error)}`),
    onSettled: () => {
      refreshAlbums(client);
      return client.resetQueries({ queryKey: listKey(id) });
    },
  });
}

/** Reorder optimistically, and roll back if the server refuses. */
export function useReorder(id: string) {
  const client = useQueryClient();
  const key = listKey(id);
  return useMutation({
    mutationFn: ({ before, after }: { before: string[]; after: string[] }) =>
      orderAlbum(id, changedPrefix(before, after)),
    onMutate: async ({ after }) => {
      await client.cancelQueries({ queryKey: key });
      client.setQueryData<PhotoListData>(key, (data) => data && inOrder(data, after));
    },
    onSuccess: () => refreshAlbums(client),
    onError: (error, { before }) => {
      client.setQueryData<PhotoListData>(key, (data) => data && inOrder(data, before));
      toast(`${text.notMoved} ${problemText(error)}`);
    },
    // Serialised: the last order must win.
    scope: { id: `album-order-${id}` },
  });
}

/** Remove a photo; undo restores its position. */
export function useRemoveFromAlbum(id: string) {
  const client = useQueryClient();
  const key = listKey(id);
  const putBack = useMutation({
    mutationFn: async ({ photo, ids }: { photo: Photo; ids: string[] }) => {
      await addPhotoToAlbum(id, photo.id);
      const place = ids.indexOf(photo.id);
      if (place > 0) await orderAlbum(id, ids.slice(0, place + 1));
    },
    onError: (error, { photo }) => toast(`${text.notPutBack(nameOf(photo))} ${problemText(error)}`),
    onSettled: () => {
      refreshAlbums(client);
      return client.resetQueries({ queryKey: key });
    },
  });
  return useMutation({
    mutationFn: (photo: Photo) => removePhotoFromAlbum(id, photo.id),
    onSuccess: (_nothing, photo) => {
      const ids = idsIn(client.getQueryData<PhotoListData>(key));
      client.setQueryData<PhotoListData>(key, (data) => data && withoutPhoto(data, photo.id));
      refreshAlbums(client);
      toast(text.takenOut(nameOf(photo)), () => putBack.mutate({ photo, ids }));
    },
    onError: (error, photo) => toast(`${text.notTakenOut(nameOf(photo))} ${problemText(error)}`),
  });
}

const withoutPhoto = (data: PhotoListData, id: string): PhotoListData => ({
  ...data,
  pages: data.pages.map((page) => ({
    ...page,
    items: page.items.filter((photo) => photo.id !== id),
  })),
});
