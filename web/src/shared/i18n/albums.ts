/** Text of the album pages, in their own chunk. */
export { albums as text } from './en/albums';
