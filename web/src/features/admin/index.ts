import { lazyPart } from '@/shared/ui/lazy-part';
export const JobsPage = lazyPart(() => import('./jobs-page'));
export const ReportsPage = lazyPart(() => import('./reports-page'));
export const AccountsPage = lazyPart(() => import('./accounts-page'));
