import type { ApiProblem, Photo, Visibility } from '@/shared/api';

/**
 * Where a file is on its way. `received`: stored, thumbnail in the making; `rendered`: tags in the
 * making; `duplicate`: the same bytes were this user's already.
 */
export type Stage =
  | { name: 'queued' }
  | { name: 'sending'; share: number }
  | { name: 'received'; photo: Photo }
  | { name: 'rendered'; photo: Photo }
  | { name: 'tagged'; photo: Photo }
  | { name: 'duplicate'; photo: Photo }
  | { name: 'failed'; code: string; detail: string; requestId: string | null; photo: Photo | null };

export type UploadItem = {
  key: number;
  file: File;
  visibility: Visibility;
  stage: Stage;
};

export const maxFileBytes = 100 * 1024 * 1024;

/** What can be told without sending the file; null when it may be sent. */
export function refusalOf(file: { size: number }): string | null {
  if (file.size === 0) return 'empty_file';
  if (file.size > maxFileBytes) return 'too_large';
  return null;
}

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

/** Sending again helps only when nothing was stored: a stored photo that failed will fail again. */
export const canRetry = ({ stage }: UploadItem): boolean =>
  stage.name === 'failed' && stage.photo === null;

export const isMoving = ({ stage }: UploadItem): boolean =>
  stage.name === 'queued' || stage.name === 'sending';

export const isWaiting = ({ stage }: UploadItem): boolean =>
  stage.name === 'received' || stage.name === 'rendered';

export type Summary = {
  all: number;
  done: number;
  failed: number;
  retriable: number;
  moving: number;
};

export function summarise(items: UploadItem[]): Summary {
  const count = (test: (item: UploadItem) => boolean) => items.filter(test).length;
  return {
    all: items.length,
    done: count(({ stage }) => stage.name === 'tagged' || stage.name === 'duplicate'),
    failed: count(({ stage }) => stage.name === 'failed'),
    retriable: count(canRetry),
    moving: count(isMoving),
  };
}
