import { lazyComponent } from '@/shared/ui/lazy-component';
export const SettingsPage = lazyComponent(() => import('./page'));
