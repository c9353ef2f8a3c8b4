import type { ListParams } from './keys';

let params: ListParams | null = null;

/** Remember the list on screen, from which the next photo is opened. */
export const rememberList = (list: ListParams): void => {
  params = list;
};

export const lastList = (): ListParams | null => params;
