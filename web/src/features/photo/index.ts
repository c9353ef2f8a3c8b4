import { lazyPart } from '@/shared/ui/lazy-part';

export {
  failedQuery,
  fetchPhoto,
  mostFailed,
  photoListQuery,
  photoQuery,
  useRetryPhotos,
} from './api';
export { addOwnPhoto, putPhoto } from './cache';
export { type ListParams, type PhotoListData, photoKeys } from './keys';
export { useRememberedLike } from './liking';
export { applyPhotoEvent, refetchPending } from './live';
export { loadPhotoPage, PhotoPage } from './opening';
export { noteList } from './stepping';
export { LikeButton } from './ui/like-button';
export { PhotoListView, PhotoRows } from './ui/list-view';

export const loadKeptChanges = () => import('./kept');
export const PhotoPicker = lazyPart(() => import('./ui/photo-picker'));
