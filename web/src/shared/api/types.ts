import type { components } from './schema';

type Schemas = components['schemas'];

export type Account = Schemas['Account'];
export type Album = Schemas['Album'];
export type ApiKey = Schemas['ApiKey'];
export type DeadLetter = Schemas['DeadLetter'];
export type QueueState = Schemas['QueueState'];
export type Report = Schemas['Report'];
export type Photo = Schemas['Photo'];
export type PhotoPage = Schemas['Page_Photo_'];
export type Tag = Schemas['Tag'];
export type SharedAlbum = Schemas['SharedAlbum'];
export type TagCount = Schemas['TagCount'];
export type User = Schemas['User'];
export type Visibility = Photo['visibility'];
export type ProblemBody = Schemas['Problem'];
export type FieldError = Schemas['FieldError'];
