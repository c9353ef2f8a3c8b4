export { noteSignedOut, setExpired, useExpired } from './expiry';
export { sessionKey, takeSession, useSession, useSetSession } from './session';
