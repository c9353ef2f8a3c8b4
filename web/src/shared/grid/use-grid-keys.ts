import type { Photo } from '@/shared/api';
import { type Bindings, useKeys } from '@/shared/keys';
import type { Selection } from './selection/selection';

type Keys = {
  /** The focused photo. */
  focused: () => Photo | undefined;
  selection: Selection | undefined;
  onLike: ((photo: Photo) => void) | undefined;
};

/** Grid shortcuts besides moving and opening. */
export function useGridKeys({ focused, selection, onLike }: Keys): void {
  const bindings: Bindings = {};
  if (selection) {
    bindings.x = () => {
      const photo = focused();
      if (photo) selection.toggle(photo.id);
    };
    bindings['Ctrl+a'] = () => selection.all();
    if (selection.ids.size > 0) bindings.Escape = () => selection.clear();
  }
  if (onLike) {
    bindings.l = () => {
      const photo = focused();
      if (photo) onLike(photo);
    };
  }
  useKeys(bindings);
}
