import type { ApiProblem, Photo, Visibility } from '@/shared/api';

/**
 * State of an upload. `waiting`: interrupted, resumes automatically; `missing`: after a reload, its
 * bytes are gone; `received`: stored, rendering; `rendered`: tagging; `duplicate`: the user already
 * has these bytes.
 */
export type Stage =
  | { name: 'queued' }
  | { name: 'missing' }
  | { name: 'hashing' }
  | { name: 'sending'; share: number }
  | { name: 'waiting'; share: number; why: 'connection' | 'limit' | 'server' }
  | { name: 'received'; photo: Photo }
  | { name: 'rendered'; photo: Photo }
  | { name: 'tagged'; photo: Photo }
  | { name: 'duplicate'; photo: Photo }
  | { name: 'failed'; code: string; detail: string; requestId: string | null; photo: Photo | null };

export type AlbumChoice = { id: string; title: string };

/** Identifies a file without its bytes, to recognise it when it is selected again. */
export type FileIdentity = { name: string; size: number; lastModified: number };

export type UploadItem = FileIdentity & {
  key: number;
  /** Key of its record in IndexedDB. */
  id: string;
  file: File | null;
  visibility: Visibility;
  album: AlbumChoice | null;
  /** Hex digest, once known. */
  sha256: string | null;
  /** Address of the resumable upload, which the server keeps for a day. */
  url: string | null;
  stage: Stage;
};

export const maxFileBytes = 100 * 1024 * 1024;

/** Error code that needs no request; null if the file may be sent. */
export function validationError(file: { size: number }): string | null {
  if (file.size === 0) return 'empty_file';
  if (file.size > maxFileBytes) return 'too_large';
  return null;
}

export const isSameFile = (a: FileIdentity, b: FileIdentity): boolean =>
  a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

export const failedStage = (problem: ApiProblem): Stage => ({
  name: 'failed',
  code: problem.code,
  detail: problem.detail,
  requestId: problem.requestId,
  photo: null,
});

/** Stage of a stored photo. */
export function stageOf(photo: Photo): Stage {
  if (photo.status === 'tagged') return { name: 'tagged', photo };
  if (photo.status === 'failed') {
    const { code, detail } = photo.failure ?? { code: 'decode_failed', detail: '' };
    return { name: 'failed', code, detail, requestId: null, photo };
  }
  return { name: photo.urls.thumb ? 'rendered' : 'received', photo };
}

export const photoOf = (item: UploadItem): Photo | null =>
  'photo' in item.stage ? item.stage.photo : null;

/** Near-duplicates among the user's photos, known after rendering. */
export const nearDuplicatesOf = ({ stage }: UploadItem): string[] =>
  stage.name === 'tagged' ? (stage.photo.near_duplicates ?? []) : [];

/** Errors in the bytes themselves, which a retry cannot fix. */
const permanentErrors = new Set([
  'not_an_image',
  'unsupported_media_type',
  'too_many_pixels',
  'truncated_image',
]);

/** A retry helps only if nothing was stored: a stored photo that failed would fail again. */
export const canRetry = (item: UploadItem): boolean =>
  item.stage.name === 'failed' &&
  item.stage.photo === null &&
  !permanentErrors.has(item.stage.code) &&
  validationError(item) === null;

const moving: Stage['name'][] = ['queued', 'hashing', 'sending', 'waiting'];

export const isMoving = ({ stage }: UploadItem): boolean => moving.includes(stage.name);

/** Waiting for the server to render and tag it. */
export const isProcessing = ({ stage }: UploadItem): boolean =>
  stage.name === 'received' || stage.name === 'rendered';

export type Summary = {
  all: number;
  done: number;
  failed: number;
  retriable: number;
  missing: number;
  moving: number;
};

export function summarise(items: UploadItem[]): Summary {
  const count = (test: (item: UploadItem) => boolean) => items.filter(test).length;
  return {
    all: items.length,
    done: count(({ stage }) => stage.name === 'tagged' || stage.name === 'duplicate'),
    failed: count(({ stage }) => stage.name === 'failed'),
    retriable: count(canRetry),
    missing: count(({ stage }) => stage.name === 'missing'),
    moving: count(isMoving),
  };
}
