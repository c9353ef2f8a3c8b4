export { api, unwrap } from './client';
export { ApiProblem, asProblem, networkProblem, problemFrom } from './problem';
export type { FieldError, Photo, PhotoPage, Tag, TagCount, User, Visibility } from './types';
export { type SendOptions, sendPhoto } from './upload';
