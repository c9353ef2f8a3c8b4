import { lazy } from 'react';

export const ProfilePage = lazy(() => import('./profile-page'));
export const YouPage = lazy(() => import('./you-page'));
export const PeoplePage = lazy(() => import('./people-page'));
export const FollowingPage = lazy(() => import('./following-page'));
