import { lazyPart } from '@/shared/ui/lazy-part';

export const AlbumsPage = lazyPart(() => import('./albums-page'));
export const AlbumPage = lazyPart(() => import('./album-page'));
