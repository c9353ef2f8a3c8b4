/** Loaded with the layer that needs it. */
export { picker as text } from './en/picker';
