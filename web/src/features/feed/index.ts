export { feedQuery } from './api';
export { noteNewPhoto } from './freshness';
export { default as FeedPage } from './page';
