import type { ListParams } from './keys';

let params: ListParams | null = null;

/** Remembers the list on screen: a photo that is opened next comes from it. */
export const rememberList = (list: ListParams): void => {
  params = list;
};

export const lastList = (): ListParams | null => params;
