import { lazy } from 'react';

export { onSignedOut, useSignOut } from './api';
export { noteSignedOut, useExpired } from './expiry';
export { passwordStrength } from './model';
export { sessionKey, takeSession, useSession, useSetSession } from './session';
export { PasswordField } from './ui/password-field';
export { SignInNotice } from './ui/sign-in-notice';

export const SignInPage = lazy(() => import('./sign-in-page'));
export const JoinPage = lazy(() => import('./join-page'));
export const SessionOverlay = lazy(() => import('./ui/session-overlay'));
