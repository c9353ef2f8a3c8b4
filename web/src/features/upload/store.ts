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
