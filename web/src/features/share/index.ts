import { lazy } from 'react';

export const SharePage = lazy(() => import('./page'));
export const ShareLinks = lazy(() => import('./ui/share-links'));
