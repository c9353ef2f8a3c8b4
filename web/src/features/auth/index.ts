import { lazyComponent } from '@/shared/ui/lazy-component';

export { onSignedOut, useSignOut } from './api';
export { passwordStrength } from './model';
export { PasswordField } from './ui/password-field';
export { SignInNotice } from './ui/sign-in-notice';

export const SignInPage = lazyComponent(() => import('./sign-in-page'));
export const JoinPage = lazyComponent(() => import('./join-page'));
export const SessionOverlay = lazyComponent(() => import('./ui/session-overlay'));
