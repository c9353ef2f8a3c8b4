import { lazyComponent } from '@/shared/ui/lazy-component';
export const SharePage = lazyComponent(() => import('./page'));
export const ShareLinks = lazyComponent(() => import('./ui/share-links'));
