export { connectEvents, type Listener } from './connect';
export type { PhotoEvent } from './types';
