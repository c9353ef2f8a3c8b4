/** In the chunk of its dialog. */
export { picker as text } from './en/picker';
