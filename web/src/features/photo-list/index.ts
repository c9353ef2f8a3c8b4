import { lazyComponent } from '@/shared/ui/lazy-component';

export { PhotoListView, PhotoRows } from './list-view';

export const PhotoPicker = lazyComponent(() => import('./photo-picker'));
