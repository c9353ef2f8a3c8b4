/** Text of the admin pages, in their own chunk. */
export { admin as text } from './en/admin';
