// What several features share about photos; see docs/decisions/0032 for the layers.
export {
  failedLimit,
  failedQuery,
  fetchPhoto,
  photoListQuery,
  photoQuery,
  usePhotoQuery,
  useRestorePhoto,
  useRetryPhoto,
  useRetryPhotos,
  useTrashPhoto,
} from './api';
export { addOwnPhoto, findPhoto, patchPhoto, putPhoto, removePhoto } from './cache';
export { applyPhotoEvent, refetchPending } from './events';
export { type ListParams, type PhotoListData, photoKeys } from './keys';
export { lastList, rememberList } from './last-list';
export { LikeButton } from './like-button';
export { type LikeChange, likeMutation, rememberLike, useLikes, useRememberedLike } from './likes';
