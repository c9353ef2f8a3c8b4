export { noteNewPhoto } from './freshness';
export { default as FeedPage } from './page';
