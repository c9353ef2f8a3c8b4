export { feedQuery } from './api';
export { offerNewPhoto } from './freshness';
export { default as FeedPage } from './page';
