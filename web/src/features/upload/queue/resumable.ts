import type { Visibility } from '@/shared/api';
import type { AlbumChoice, FileMarks } from './item';

/** What is left of an upload when the page is loaded anew. */
export type UnfinishedUpload = FileMarks & {
  id: string;
  user: string;
  /** The page that is at it; it holds the lock of this name while it lives. */
  tab: string;
  visibility: Visibility;
  album: AlbumChoice | null;
  sha256: string | null;
  url: string | null;
};

const databaseName = 'vignette.uploads';
/** Copies of files for going on after a reload take this much of the disk at most. */
const largestBytes = 500 * 1024 * 1024;
/** As long as the server keeps what it has of an upload. */
const keptMs = 24 * 60 * 60 * 1000;

const tab = `vignette.upload.${Math.random().toString(36).slice(2)}`;
let opened: Promise<IDBDatabase> | null = null;
let heldBytes = 0;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('uploads', { keyPath: 'id' });
      request.result.createObjectStore('bytes');
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/** Runs within one transaction over both stores, and resolves when it is on the disk. */
async function change<T>(run: (uploads: IDBObjectStore, bytes: IDBObjectStore) => T): Promise<T> {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(['uploads', 'bytes'], 'readwrite');
    const result = run(transaction.objectStore('uploads'), transaction.objectStore('bytes'));
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(transaction.error);
  });
}

const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** The tab's lock is held until the tab is gone; others take that as their sign. */
let marked: Promise<void> | null = null;
function markTab(): Promise<void> {
  marked ??= new Promise((resolve) => {
    if (!navigator.locks) return resolve();
    void navigator.locks.request(tab, () => {
      resolve();
      return new Promise(() => undefined);
    });
  });
  return marked;
}

type Remembered = Omit<UnfinishedUpload, 'tab'> & { file: File };

/**
 * Writes down new uploads: all of them at once, then the bytes of as many as there is room for.
 * A browser without a database (or a full disk) uploads all the same; only a reload then ends it.
 */
export async function remember(uploads: Remembered[]): Promise<void> {
  try {
    await markTab();
    await change((store) => {
      for (const { file: _, ...upload } of uploads) store.put({ ...upload, tab });
    });
    for (const { id, file } of uploads) {
      if (heldBytes + file.size > largestBytes) return;
      heldBytes += file.size;
      await change((store, bytes) => {
        // What was finished meanwhile must not come back.
        store.getKey(id).onsuccess = (event) => {
          const found = (event.target as IDBRequest<IDBValidKey | undefined>).result;
          if (found !== undefined) bytes.put(file, id);
        };
      });
    }
  } catch {
    // The uploads themselves need no database.
  }
}

/** Notes the hash, or the address where the upload has begun. */
export async function note(id: string, fields: Partial<UnfinishedUpload>): Promise<void> {
  try {
    await change((store) => {
      const request: IDBRequest<UnfinishedUpload | undefined> = store.get(id);
      request.onsuccess = () => {
        if (request.result) store.put({ ...request.result, ...fields });
      };
    });
  } catch {
    // As above.
  }
}

export async function forget(ids: string[]): Promise<void> {
  try {
    await change((store, bytes) => {
      for (const id of ids) {
        store.delete(id);
        bytes.delete(id);
      }
    });
  } catch {
    // As above.
  }
}

/** For signing out: nobody who uses this browser next shall find these files. */
export async function forgetAll(): Promise<void> {
  try {
    heldBytes = 0;
    await change((store, bytes) => {
      store.clear();
      bytes.clear();
    });
  } catch {
    // As above.
  }
}

async function adopt(user: string, from: string): Promise<[UnfinishedUpload, File | null][]> {
  const database = await open();
  const transaction = database.transaction(['uploads', 'bytes'], 'readwrite');
  const store = transaction.objectStore('uploads');
  const all: UnfinishedUpload[] = await answerOf(store.getAll());
  const theirs = all.filter((upload) => upload.tab === from && upload.user === user);
  const found = await Promise.all(
    theirs.map(async (upload): Promise<[UnfinishedUpload, File | null]> => {
      store.put({ ...upload, tab });
      const file: File | undefined = await answerOf(
        transaction.objectStore('bytes').get(upload.id),
      );
      return [upload, file ?? null];
    }),
  );
  return found;
}

/**
 * Takes over what pages that are gone have left unfinished: at once after a reload, and later when
 * another tab is closed in the middle. What this page wrote down itself is given, too.
 */
export async function recall(
  user: string,
  take: (uploads: [UnfinishedUpload, File | null][]) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    await markTab();
    const database = await open();
    const store = database.transaction('uploads').objectStore('uploads');
    const all: UnfinishedUpload[] = await answerOf(store.getAll());
    const tooOld = all.filter((upload) => startedAt(upload.id) < Date.now() - keptMs);
    await forget(tooOld.map((upload) => upload.id));
    const tabs = new Set(all.filter((upload) => upload.user === user).map((upload) => upload.tab));
    for (const other of tabs) {
      const run = async () => {
        const found = await adopt(user, other);
        if (found.length > 0 && !signal.aborted) take(found);
      };
      if (other === tab || !navigator.locks) await run();
      else navigator.locks.request(other, { signal }, run).catch(() => undefined);
    }
  } catch {
    // Without a database there is nothing to go on with.
  }
}

/** Ids begin with the time in milliseconds, so that they sort by it. */
export const newId = (index: number): string =>
  `${Date.now()}-${String(index).padStart(6, '0')}-${Math.random().toString(36).slice(2, 8)}`;

const startedAt = (id: string): number => Number.parseInt(id, 10);
