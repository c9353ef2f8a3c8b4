import { lazyPart } from '@/shared/ui/lazy-part';

export { onSignedOut, useSignOut } from './api';
export { passwordStrength } from './model';
export { PasswordField } from './ui/password-field';
export { SignInNotice } from './ui/sign-in-notice';

export const SignInPage = lazyPart(() => import('./sign-in-page'));
export const JoinPage = lazyPart(() => import('./join-page'));
export const SessionOverlay = lazyPart(() => import('./ui/session-overlay'));
