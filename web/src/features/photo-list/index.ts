import { lazyPart } from '@/shared/ui/lazy-part';

export { PhotoListView, PhotoRows } from './list-view';

export const PhotoPicker = lazyPart(() => import('./photo-picker'));
