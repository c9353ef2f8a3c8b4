/** The text that only the settings need, in their own part of the app. */
export { settings as text } from './en/settings';
