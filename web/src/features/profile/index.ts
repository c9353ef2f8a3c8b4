import { lazy } from 'react';

export const YouPage = lazy(() => import('./you-page'));
