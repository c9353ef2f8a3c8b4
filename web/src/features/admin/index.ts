import { lazy } from 'react';

export const JobsPage = lazy(() => import('./jobs-page'));
export const ReportsPage = lazy(() => import('./reports-page'));
export const AccountsPage = lazy(() => import('./accounts-page'));
