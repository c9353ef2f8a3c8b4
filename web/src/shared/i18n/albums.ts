/** The text that only the album pages need, in their own part of the app. */
export { albums as text } from './en/albums';
