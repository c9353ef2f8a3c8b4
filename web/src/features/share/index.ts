import { lazy } from 'react';

export const SharePage = lazy(() => import('./page'));
