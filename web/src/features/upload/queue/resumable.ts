import type { Visibility } from '@/shared/api';
import type { AlbumChoice, FileIdentity } from './item';

/** Record of an unfinished upload that survives a reload. */
export type UnfinishedUpload = FileIdentity & {
  id: string;
  user: string;
  /** The owning page, which holds the lock of this name while it lives. */
  tab: string;
  visibility: Visibility;
  album: AlbumChoice | null;
  sha256: string | null;
  url: string | null;
};

const databaseName = 'vignette.uploads';
/** Disk limit for copies of files that are kept for resuming. */
const largestBytes = 500 * 1024 * 1024;
/** As long as the server keeps a partial upload. */
const retentionMs = 24 * 60 * 60 * 1000;

const tab = `vignette.upload.${Math.random().toString(36).slice(2)}`;
let opened: Promise<IDBDatabase> | null = null;
let storedBytes = 0;

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

/** Run in one transaction over both stores; resolves when it is durable. */
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

/** Hold the tab's lock until it closes, which signals others to take over. */
let tabLock: Promise<void> | null = null;
function holdTabLock(): Promise<void> {
  tabLock ??= new Promise((resolve) => {
    if (!navigator.locks) return resolve();
    void navigator.locks.request(tab, () => {
      resolve();
      return new Promise(() => undefined);
    });
  });
  return tabLock;
}

type Remembered = Omit<UnfinishedUpload, 'tab'> & { file: File };

/**
 * Persist new uploads: all records at once, then the bytes of as many as fit. Without IndexedDB or
 * disk space, uploads still work but do not survive a reload.
 */
export async function remember(uploads: Remembered[]): Promise<void> {
  try {
    await holdTabLock();
    await change((store) => {
      for (const { file: _, ...upload } of uploads) store.put({ ...upload, tab });
    });
    for (const { id, file } of uploads) {
      if (storedBytes + file.size > largestBytes) return;
      storedBytes += file.size;
      await change((store, bytes) => {
        // Skip an upload that has finished meanwhile.
        store.getKey(id).onsuccess = (event) => {
          const found = (event.target as IDBRequest<IDBValidKey | undefined>).result;
          if (found !== undefined) bytes.put(file, id);
        };
      });
    }
  } catch {
    // Uploads work without the database.
  }
}

/** Update a record with the hash or the upload's address. */
export async function note(id: string, fields: Partial<UnfinishedUpload>): Promise<void> {
  try {
    await change((store) => {
      const request: IDBRequest<UnfinishedUpload | undefined> = store.get(id);
      request.onsuccess = () => {
        if (request.result) store.put({ ...request.result, ...fields });
      };
    });
  } catch {
    // Uploads work without the database.
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
    // Uploads work without the database.
  }
}

/** On sign-out: the next user of this browser must not find these files. */
export async function forgetAll(): Promise<void> {
  try {
    storedBytes = 0;
    await change((store, bytes) => {
      store.clear();
      bytes.clear();
    });
  } catch {
    // Uploads work without the database.
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
 * Take over unfinished uploads of closed pages: at once after a reload, later when another tab
 * closes. Includes this page's own records.
 */
export async function recall(
  user: string,
  take: (uploads: [UnfinishedUpload, File | null][]) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    await holdTabLock();
    const database = await open();
    const store = database.transaction('uploads').objectStore('uploads');
    const all: UnfinishedUpload[] = await answerOf(store.getAll());
    const expired = all.filter((upload) => startedAt(upload.id) < Date.now() - retentionMs);
    await forget(expired.map((upload) => upload.id));
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
    // Without a database there is nothing to resume.
  }
}

/** Ids start with the time in milliseconds and sort by it. */
export const newId = (index: number): string =>
  `${Date.now()}-${String(index).padStart(6, '0')}-${Math.random().toString(36).slice(2, 8)}`;

const startedAt = (id: string): number => Number.parseInt(id, 10);
