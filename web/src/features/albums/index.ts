import { lazyPart } from '@/shared/ui/lazy-part';

export const AlbumsPage = lazyPart(() => import('./albums-page'));
export const AlbumChooser = lazyPart(() => import('./ui/album-chooser'));
export const AlbumPage = lazyPart(() => import('./album-page'));
