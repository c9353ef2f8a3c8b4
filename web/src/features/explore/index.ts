import { lazyPart } from '@/shared/ui/lazy-part';
export const ExplorePage = lazyPart(() => import('./page'));
export { tagTerm } from './query';
