import { asProblem, type Photo, type SendOptions, type Visibility } from '@/shared/api';
import {
  canRetry,
  failedStage,
  isMoving,
  isWaiting,
  photoOf,
  refusalOf,
  type Stage,
  stageOf,
  type UploadItem,
} from './item';

type Ports = {
  send: (file: File, options: SendOptions) => Promise<Photo>;
  onStored: (photo: Photo) => void;
};

const parallel = 3;

export type UploadQueue = ReturnType<typeof createUploadQueue>;

/**
 * Files on their way, outside of React: it lives as long as the tab, whatever page is shown. At
 * most three are sent at a time, and only those are read.
 */
export function createUploadQueue(ports: Ports) {
  let items: UploadItem[] = [];
  let nextKey = 1;
  const listeners = new Set<() => void>();
  const running = new Map<number, AbortController>();
  /** What was heard of photos whose upload has not been answered yet: events overtake answers. */
  const early = new Map<string, Photo>();

  function replace(next: UploadItem[]) {
    items = next;
    for (const listener of listeners) listener();
  }

  function setStage(key: number, stage: Stage) {
    replace(items.map((item) => (item.key === key ? { ...item, stage } : item)));
  }

  function start(item: UploadItem) {
    const abort = new AbortController();
    running.set(item.key, abort);
    setStage(item.key, { name: 'sending', share: 0 });
    ports
      .send(item.file, {
        visibility: item.visibility,
        signal: abort.signal,
        onProgress: (share) => {
          if (running.get(item.key) === abort) setStage(item.key, { name: 'sending', share });
        },
      })
      .then(
        (photo) => stored(item.key, photo),
        (error: unknown) => {
          if (!abort.signal.aborted) setStage(item.key, failedStage(asProblem(error)));
        },
      )
      .finally(() => {
        if (running.get(item.key) === abort) running.delete(item.key);
        startNext();
      });
  }

  function stored(key: number, answer: Photo) {
    const photo = early.get(answer.id) ?? answer;
    early.delete(answer.id);
    setStage(key, answer.duplicate ? { name: 'duplicate', photo } : stageOf(photo));
    ports.onStored(photo);
  }

  function startNext() {
    while (running.size < parallel) {
      const next = items.find(({ stage }) => stage.name === 'queued');
      if (!next) return;
      start(next);
    }
  }

  return {
    getItems: () => items,

    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },

    add(files: File[], visibility: Visibility) {
      const added = files.map((file): UploadItem => {
        const code = refusalOf(file);
        const stage: Stage = code
          ? { name: 'failed', code, detail: '', requestId: null, photo: null }
          : { name: 'queued' };
        return { key: nextKey++, file, visibility, stage };
      });
      replace([...items, ...added]);
      startNext();
    },

    /** Sends again what failed before it was stored; all of it, or one. */
    retry(key?: number) {
      const wanted = (item: UploadItem) =>
        canRetry(item) && (key === undefined || item.key === key);
      replace(
        items.map((item) =>
          wanted(item) && !refusalOf(item.file) ? { ...item, stage: { name: 'queued' } } : item,
        ),
      );
      startNext();
    },

    remove(key: number) {
      running.get(key)?.abort();
      running.delete(key);
      replace(items.filter((item) => item.key !== key));
      startNext();
    },

    /** Drops everything, also what is being sent; for signing out. */
    clear() {
      for (const abort of running.values()) abort.abort();
      running.clear();
      replace([]);
    },

    /** Takes what the server now says about a photo. A stage never goes back: answers may cross. */
    update(photo: Photo) {
      if (running.size === 0) early.clear();
      else if (!items.some((item) => photoOf(item)?.id === photo.id)) early.set(photo.id, photo);
      const next = items.map((item) =>
        isWaiting(item) && photoOf(item)?.id === photo.id && !goesBack(item.stage, stageOf(photo))
          ? { ...item, stage: stageOf(photo) }
          : item,
      );
      if (next.some((item, index) => item !== items[index])) replace(next);
    },

    /** Ids of the stored photos whose tags are still to come. */
    waiting: (): string[] => items.filter(isWaiting).flatMap((item) => photoOf(item)?.id ?? []),

    isMoving: (): boolean => items.some(isMoving),
  };
}

const goesBack = (from: Stage, to: Stage) => from.name === 'rendered' && to.name === 'received';
