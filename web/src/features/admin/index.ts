import { lazyComponent } from '@/shared/ui/lazy-component';
export const JobsPage = lazyComponent(() => import('./jobs-page'));
export const ReportsPage = lazyComponent(() => import('./reports-page'));
export const AccountsPage = lazyComponent(() => import('./accounts-page'));
