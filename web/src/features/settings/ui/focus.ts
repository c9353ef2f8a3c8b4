import type { RefObject } from 'react';

/** Puts the focus on the first field that is refused, once its error stands there. */
export function focusFirstError(form: RefObject<HTMLElement | null>): void {
  requestAnimationFrame(() =>
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
  );
}
