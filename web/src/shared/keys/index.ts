export { isTyping } from './typing';
export { useKeys } from './use-keys';
