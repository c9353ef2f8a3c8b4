export { isTyping } from './typing';
export { type Bindings, useKeys } from './use-keys';
