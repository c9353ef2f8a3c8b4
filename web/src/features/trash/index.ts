import { lazyPart } from '@/shared/ui/lazy-part';
export const TrashPage = lazyPart(() => import('./page'));
