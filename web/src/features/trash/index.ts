import { lazyComponent } from '@/shared/ui/lazy-component';
export const TrashPage = lazyComponent(() => import('./page'));
