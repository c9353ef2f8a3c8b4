import { lazy } from 'react';

export const TrashPage = lazy(() => import('./page'));
