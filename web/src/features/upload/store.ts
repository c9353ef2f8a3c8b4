import { useSyncExternalStore } from 'react';
import { type Photo, sendPhoto, type Visibility } from '@/shared/api';
import { createUploadQueue } from './queue';

const storedListeners = new Set<(photo: Photo) => void>();

/** The queue of this tab. */
export const queue = createUploadQueue({
  send: sendPhoto,
  onStored: (photo) => {
    for (const listener of storedListeners) listener(photo);
  },
});

export function onStored(listener: (photo: Photo) => void): () => void {
  storedListeners.add(listener);
  return () => {
    storedListeners.delete(listener);
  };
}

export const useUploads = () => useSyncExternalStore(queue.subscribe, queue.getItems);

/** Only whether there are any: what uses this is not drawn again for every per cent sent. */
export const useHasUploads = () =>
  useSyncExternalStore(queue.subscribe, () => queue.getItems().length > 0);

/** Whether stored photos still wait for their tags. */
export const useHasWaiting = () =>
  useSyncExternalStore(queue.subscribe, () => queue.waiting().length > 0);

/** Who may see what is uploaded next, for every way in (drop, paste, picker). */
let visibility: Visibility = 'public';
const visibilityListeners = new Set<() => void>();

export function setUploadVisibility(value: Visibility): void {
  visibility = value;
  for (const listener of visibilityListeners) listener();
}

export const useUploadVisibility = () =>
  useSyncExternalStore(
    (listener) => {
      visibilityListeners.add(listener);
      return () => visibilityListeners.delete(listener);
    },
    () => visibility,
  );

export function uploadFiles(files: Iterable<File>): void {
  const list = [...files];
  if (list.length > 0) queue.add(list, visibility);
}
