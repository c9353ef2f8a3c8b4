import { lazy } from 'react';

export { useSignOut } from './api';
export { noteSignedOut, useExpired } from './expiry';
export { sessionKey, useSession } from './session';
export { SignInNotice } from './ui/sign-in-notice';

export const SignInPage = lazy(() => import('./sign-in-page'));
export const JoinPage = lazy(() => import('./join-page'));
export const SessionOverlay = lazy(() => import('./ui/session-overlay'));
