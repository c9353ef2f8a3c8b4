import type { ApiProblem, Photo, Visibility } from '@/shared/api';

/**
 * Where a file is on its way. `waiting`: broken off, it goes on by itself; `missing`: the page was
 * loaded anew and has its bytes no longer; `received`: stored, thumbnail in the making; `rendered`:
 * tags in the making; `duplicate`: the same bytes were this user's already.
 */
export type Stage =
  | { name: 'queued' }
  | { name: 'missing' }
  | { name: 'hashing' }
  | { name: 'sending'; share: number }
  | { name: 'waiting'; share: number; why: 'line' | 'limit' | 'server' }
  | { name: 'received'; photo: Photo }
  | { name: 'rendered'; photo: Photo }
  | { name: 'tagged'; photo: Photo }
  | { name: 'duplicate'; photo: Photo }
  | { name: 'failed'; code: string; detail: string; requestId: string | null; photo: Photo | null };

export type AlbumChoice = { id: string; title: string };

/** What is known of a file without its bytes; enough to know it again when it is chosen again. */
export type FileMarks = { name: string; size: number; lastModified: number };

export type UploadItem = FileMarks & {
  key: number;
  /** Where its record lies in the browser's database. */
  id: string;
  file: File | null;
  visibility: Visibility;
  album: AlbumChoice | null;
  /** In hex, once it is known. */
  sha256: string | null;
  /** Of the upload that the server keeps for a day, once it has begun. */
  url: string | null;
  stage: Stage;
};

export const maxFileBytes = 100 * 1024 * 1024;

/** What can be told without sending the file; null when it may be sent. */
export function refusalOf(file: { size: number }): string | null {
  if (file.size === 0) return 'empty_file';
  if (file.size > maxFileBytes) return 'too_large';
  return null;
}

export const isSameFile = (a: FileMarks, b: FileMarks): boolean =>
  a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

export const failedStage = (problem: ApiProblem): Stage => ({
  name: 'failed',
  code: problem.code,
  detail: problem.detail,
  requestId: problem.requestId,
  photo: null,
});

/** The stage that a stored photo has reached. */
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

/** Photos of the same person that look the same: known once the thumbnail is made. */
export const alikeOf = ({ stage }: UploadItem): string[] =>
  stage.name === 'tagged' ? (stage.photo.near_duplicates ?? []) : [];

/** What is wrong with the bytes themselves, so that sending them again ends the same. */
const hopeless = new Set([
  'not_an_image',
  'unsupported_media_type',
  'too_many_pixels',
  'truncated_image',
]);

/** Sending again helps only when nothing was stored: a stored photo that failed will fail again. */
export const canRetry = (item: UploadItem): boolean =>
  item.stage.name === 'failed' &&
  item.stage.photo === null &&
  !hopeless.has(item.stage.code) &&
  refusalOf(item) === null;

const moving: Stage['name'][] = ['queued', 'hashing', 'sending', 'waiting'];

export const isMoving = ({ stage }: UploadItem): boolean => moving.includes(stage.name);

/** Waits for the server to make its thumbnail and its tags. */
export const isAwaited = ({ stage }: UploadItem): boolean =>
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
