export { Avatar } from './avatar';
export { Button, buttonClass, IconButton } from './button';
export { TextField } from './field';
export { type Choice, Choices, SelectField, TextArea } from './form-fields';
export { useMedia, useOnline, useSeen, useTitle, useWidth } from './hooks';
export { ConfirmDialog, InfoDialog } from './layers/lazy-layers';
export { Toasts, toast } from './layers/toast';
export { LoadMore } from './load-more';
export {
  type Preference,
  preferences,
  readPreference,
  setPreference,
  usePreference,
} from './preferences';
export { Notice, ProblemNotice, QueryView, type ViewedQuery } from './query-view';
export { QueuedMark, useQueuedChanges } from './queued';
export { setTheme, type Theme, themes, useTheme } from './theme';
