import { lazyPart } from '@/shared/ui/lazy-part';
export const SharePage = lazyPart(() => import('./page'));
export const ShareLinks = lazyPart(() => import('./ui/share-links'));
