export {
  failedQuery,
  fetchPhoto,
  mostFailed,
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
export { likeChange, rememberLike, useLikes, useRememberedLike, type Wish } from './likes';
