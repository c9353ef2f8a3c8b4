import { lazyPart } from '@/shared/ui/lazy-part';
export const ProfilePage = lazyPart(() => import('./profile-page'));
export const YouPage = lazyPart(() => import('./you-page'));
export const BlockedPeople = lazyPart(() => import('./ui/blocked'));
export const PeoplePage = lazyPart(() => import('./people-page'));
export const FollowingPage = lazyPart(() => import('./following-page'));
