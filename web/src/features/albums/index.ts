import { lazyComponent } from '@/shared/ui/lazy-component';

export const AlbumsPage = lazyComponent(() => import('./albums-page'));
export const AlbumPage = lazyComponent(() => import('./album-page'));
