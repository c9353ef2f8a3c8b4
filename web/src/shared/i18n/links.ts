/** Loaded with the layer that needs it. */
export { links as text } from './en/links';
