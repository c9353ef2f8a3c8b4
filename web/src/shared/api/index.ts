export { api, unwrap } from './client';
export { firstAddress, hasEmbedded } from './embedded';
export { ApiProblem, asProblem, networkProblem, problemFrom } from './problem';
export type {
  Account,
  Album,
  ApiKey,
  DeadLetter,
  FieldError,
  Photo,
  PhotoPage,
  QueueState,
  Report,
  SharedAlbum,
  Tag,
  TagCount,
  User,
  Visibility,
} from './types';
