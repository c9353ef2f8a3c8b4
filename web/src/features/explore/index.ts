import { lazyComponent } from '@/shared/ui/lazy-component';
export const ExplorePage = lazyComponent(() => import('./page'));
export { tagTerm } from './query';
