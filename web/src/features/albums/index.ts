import { lazy } from 'react';

export { addToAlbum, albumKeys, createAlbum, ownAlbumsQuery } from './api';

export const AlbumsPage = lazy(() => import('./albums-page'));
export const AlbumPage = lazy(() => import('./album-page'));
