import { asProblem, type Photo, type Visibility } from '@/shared/api';
import {
  type AlbumChoice,
  canRetry,
  failedStage,
  isMoving,
  isProcessing,
  isSameFile,
  photoOf,
  type Stage,
  stageOf,
  type UploadItem,
  validationError,
} from './item';

export type DeliveryReport = {
  stage: (stage: Stage) => void;
  /** State to persist for a reload. */
  progress: (fields: { sha256?: string | null; url?: string | null }) => void;
};

type Ports = {
  deliver: (
    item: UploadItem & { file: File },
    report: DeliveryReport,
    signal: AbortSignal,
  ) => Promise<Photo>;
  onStored: (photo: Photo) => void;
  newId: (index: number) => string;
  /** Milliseconds since the epoch. */
  now: () => number;
  remember: (items: (UploadItem & { file: File })[]) => void;
  note: (id: string, fields: { sha256?: string | null; url?: string | null }) => void;
  /** `abandoned`: addresses of uploads the server may discard. */
  forget: (ids: string[], abandoned: string[]) => void;
};

export type UploadOptions = { visibility: Visibility; album: AlbumChoice | null };

const parallel = 3;
/** Pace is measured over the last files: a folder may start with small ones. */
const paceWindow = 10;
const minPaceSamples = 3;

const hasFile = (item: UploadItem): item is UploadItem & { file: File } => item.file !== null;

export type UploadQueue = ReturnType<typeof createUploadQueue>;

/**
 * The upload queue, outside React: it lives as long as the tab. Sends three files at a time and
 * reads only those.
 */
export function createUploadQueue(ports: Ports) {
  let items: UploadItem[] = [];
  let nextKey = 1;
  const listeners = new Set<() => void>();
  const running = new Map<number, AbortController>();
  /** Events of photos whose upload response is still in flight: events can overtake it. */
  const early = new Map<string, Photo>();
  /** Completion times of the last files. */
  let completedAt: number[] = [];

  function replace(next: UploadItem[]) {
    items = next;
    for (const listener of listeners) listener();
  }

  function patch(key: number, fields: Partial<UploadItem>) {
    replace(items.map((item) => (item.key === key ? { ...item, ...fields } : item)));
  }

  function start(item: UploadItem & { file: File }) {
    const abort = new AbortController();
    running.set(item.key, abort);
    const isCurrent = () => running.get(item.key) === abort;
    patch(item.key, { stage: { name: 'hashing' } });
    const report: DeliveryReport = {
      stage: (stage) => {
        if (isCurrent()) patch(item.key, { stage });
      },
      progress: (fields) => {
        if (!isCurrent()) return;
        patch(item.key, fields);
        ports.note(item.id, fields);
      },
    };
    ports
      .deliver(item, report, abort.signal)
      .then(
        (photo) => stored(item, photo),
        (error: unknown) => {
          if (!abort.signal.aborted) failed(item, failedStage(asProblem(error)));
        },
      )
      .finally(() => {
        completedAt = [...completedAt, ports.now()].slice(-paceWindow);
        if (isCurrent()) running.delete(item.key);
        startNext();
      });
  }

  function stored({ key, id }: UploadItem, answer: Photo) {
    const photo = early.get(answer.id) ?? answer;
    early.delete(answer.id);
    ports.forget([id], []);
    patch(key, {
      file: null,
      stage: answer.duplicate ? { name: 'duplicate', photo } : stageOf(photo),
    });
    ports.onStored(photo);
  }

  function failed(item: UploadItem, stage: Stage) {
    patch(item.key, { stage });
    // Not worth resuming after a reload: a retry cannot succeed.
    if (!canRetry({ ...item, stage })) ports.forget([item.id], []);
  }

  function startNext() {
    while (running.size < parallel) {
      const next = items.find((item) => item.stage.name === 'queued' && hasFile(item));
      if (!next || !hasFile(next)) return;
      start(next);
    }
  }

  /** Match selected files to unfinished uploads; returns the rest. */
  function matchFiles(files: File[]): File[] {
    const rest = [...files];
    const matched: (UploadItem & { file: File })[] = [];
    const next = items.map((item): UploadItem => {
      if (item.stage.name !== 'missing') return item;
      const at = rest.findIndex((file) => isSameFile(file, item));
      const [file] = at < 0 ? [] : rest.splice(at, 1);
      if (!file) return item;
      const whole = { ...item, file, stage: { name: 'queued' } as const };
      matched.push(whole);
      return whole;
    });
    if (matched.length > 0) {
      replace(next);
      ports.remember(matched);
    }
    return rest;
  }

  return {
    getItems: () => items,

    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },

    add(files: File[], options: UploadOptions) {
      const added = matchFiles(files).map((file, index) => {
        const code = validationError(file);
        const stage: Stage = code
          ? { name: 'failed', code, detail: '', requestId: null, photo: null }
          : { name: 'queued' };
        const { name, size, lastModified } = file;
        const marks = { key: nextKey++, id: ports.newId(index), name, size, lastModified };
        return { ...marks, file, ...options, sha256: null, url: null, stage };
      });
      replace([...items, ...added]);
      ports.remember(added.filter((item) => item.stage.name === 'queued'));
      startNext();
    },

    /** Resume uploads of an earlier page; those without bytes wait for their file. */
    resume(left: Omit<UploadItem, 'key' | 'stage'>[]) {
      const resumed = left.map((item): UploadItem => {
        return { ...item, key: nextKey++, stage: { name: item.file ? 'queued' : 'missing' } };
      });
      replace([...items, ...resumed]);
      startNext();
    },

    /** Retry one upload, or all that failed before they were stored. */
    retry(key?: number) {
      const wanted = (item: UploadItem) =>
        canRetry(item) && (key === undefined || item.key === key);
      replace(items.map((item) => (wanted(item) ? { ...item, stage: { name: 'queued' } } : item)));
      startNext();
    },

    /** Remove one upload, or all whose files are missing. */
    remove(key?: number) {
      const wanted = (item: UploadItem) =>
        key === undefined ? item.stage.name === 'missing' : item.key === key;
      const removed = items.filter(wanted);
      for (const item of removed) {
        running.get(item.key)?.abort();
        running.delete(item.key);
      }
      replace(items.filter((item) => !wanted(item)));
      const begun = removed.filter((item) => photoOf(item) === null);
      ports.forget(
        removed.map((item) => item.id),
        begun.flatMap((item) => item.url ?? []),
      );
      startNext();
    },

    /** Clear the finished uploads. Requires that nothing is moving. */
    dismiss() {
      ports.forget(
        items.map((item) => item.id),
        [],
      );
      replace([]);
    },

    /** Abort and drop everything in this page; stored records stay for `resume`. */
    clear() {
      for (const abort of running.values()) abort.abort();
      running.clear();
      replace([]);
    },

    /** Apply the server's state of a photo. Stages never go back, because responses may cross. */
    update(photo: Photo) {
      if (running.size === 0) early.clear();
      else if (!items.some((item) => photoOf(item)?.id === photo.id)) early.set(photo.id, photo);
      const next = items.map((item) =>
        isProcessing(item) &&
        photoOf(item)?.id === photo.id &&
        !goesBack(item.stage, stageOf(photo))
          ? { ...item, stage: stageOf(photo) }
          : item,
      );
      if (next.some((item, index) => item !== items[index])) replace(next);
    },

    /** Ids of stored photos that wait for tags. */
    waiting: (): string[] => items.filter(isProcessing).flatMap((item) => photoOf(item)?.id ?? []),

    /** Whether this queue uploaded the photo and reports on it. */
    has: (id: string): boolean => items.some((item) => photoOf(item)?.id === id),

    /** Recent milliseconds per file; null while unknown. */
    paceMs(): number | null {
      const [first = 0] = completedAt;
      const last = completedAt.at(-1) ?? 0;
      return completedAt.length < minPaceSamples ? null : (last - first) / (completedAt.length - 1);
    },

    isMoving: (): boolean => items.some(isMoving),
  };
}

const goesBack = (from: Stage, to: Stage): boolean =>
  from.name === 'rendered' && to.name === 'received';
