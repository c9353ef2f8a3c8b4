import { lazy } from 'react';

export const ExplorePage = lazy(() => import('./page'));
export { tagTerm } from './query';
