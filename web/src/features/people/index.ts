import { lazyComponent } from '@/shared/ui/lazy-component';
export const ProfilePage = lazyComponent(() => import('./profile-page'));
export const YouPage = lazyComponent(() => import('./you-page'));
export const BlockedPeople = lazyComponent(() => import('./ui/blocked'));
export const PeoplePage = lazyComponent(() => import('./people-page'));
export const FollowingPage = lazyComponent(() => import('./following-page'));
