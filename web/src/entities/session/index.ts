export { handleSignedOut, setExpired, useExpired } from './expiry';
export { loadSession, sessionKey, useSession, useSetSession } from './session';
