/** In the chunk of its dialog. */
export { links as text } from './en/links';
