import { lazyPart } from '@/shared/ui/lazy-part';

export { addToAlbum, albumKeys, createAlbum, ownAlbumsQuery } from './api';

export const AlbumsPage = lazyPart(() => import('./albums-page'));
export const AlbumPage = lazyPart(() => import('./album-page'));
