/** The text that only the admin pages need, in their own part of the app. */
export { admin as text } from './en/admin';
