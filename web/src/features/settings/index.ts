import { lazyPart } from '@/shared/ui/lazy-part';
export const SettingsPage = lazyPart(() => import('./page'));
