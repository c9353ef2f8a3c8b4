import { useSyncExternalStore } from 'react';
import type { Photo } from '@/shared/api';
import { isLikelyPhoto } from './drop';
import { createUploadOptions } from './options';
import { createUploadQueue } from './queue/queue';
import { forget, forgetAll, newId, note, recall, remember } from './queue/resumable';

const storedListeners = new Set<(photo: Photo) => void>();

/** The user that upload records are stored under. */
let owner = '';

/** This tab's queue; the code that sends files loads with the first upload. */
export const queue = createUploadQueue({
  deliver: async (...call) => (await import('./queue/delivery')).deliver(...call),
  onStored: (photo) => {
    for (const listener of storedListeners) listener(photo);
  },
  newId,
  now: () => Date.now(),
  remember: (items) => {
    void remember(items.map(({ key: _k, stage: _s, ...item }) => ({ ...item, user: owner })));
  },
  note: (id, fields) => void note(id, fields),
  forget: (ids, abandoned) => {
    void forget(ids);
    if (abandoned.length > 0) void discardUploads(abandoned);
  },
});

async function discardUploads(urls: string[]): Promise<void> {
  const { forgetUpload } = await import('@/shared/api/upload');
  // The server discards the rest after a day.
  await Promise.allSettled(urls.map(forgetUpload));
}

/**
 * Resume the user's unfinished uploads from this browser, while the server keeps them.
 *
 * @returns stops looking for them and aborts running uploads
 */
export function openUploads(username: string): () => void {
  owner = username;
  const closed = new AbortController();
  const take: Parameters<typeof recall>[1] = (found) => {
    const here = new Set(queue.getItems().map((item) => item.id));
    const left = found.filter(([upload]) => !here.has(upload.id));
    queue.resume(left.map(([{ user: _u, tab: _t, ...upload }, file]) => ({ ...upload, file })));
  };
  void recall(username, take, closed.signal);
  return () => {
    closed.abort();
    queue.clear();
  };
}

/** On sign-out: remove every trace of the files from the browser. */
export function forgetUploads(): void {
  queue.clear();
  void forgetAll();
}

export function onStored(listener: (photo: Photo) => void): () => void {
  storedListeners.add(listener);
  return () => {
    storedListeners.delete(listener);
  };
}

export const useUploads = () => useSyncExternalStore(queue.subscribe, queue.getItems);

/** A boolean, so that its users do not render on every progress event. */
export const useHasUploads = () =>
  useSyncExternalStore(
    queue.subscribe,
    () => queue.getItems().length > 0,
    () => false,
  );

/** Whether stored photos are still waiting for tags. */
export const useHasWaiting = () =>
  useSyncExternalStore(
    queue.subscribe,
    () => queue.waiting().length > 0,
    () => false,
  );

export const options = createUploadOptions();

export const useUploadOptions = () => useSyncExternalStore(options.subscribe, options.get);

export function uploadFiles(files: Iterable<File>): void {
  const list = [...files];
  if (list.length > 0) queue.add(list, options.get());
}

/** Upload the photos of a folder; returns the number of skipped files. */
export function uploadFolder(files: Iterable<File>): number {
  const all = [...files];
  const photos = all.filter(isLikelyPhoto);
  uploadFiles(photos);
  return all.length - photos.length;
}
