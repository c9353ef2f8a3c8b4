/** Text of the settings, in their own chunk. */
export { settings as text } from './en/settings';
