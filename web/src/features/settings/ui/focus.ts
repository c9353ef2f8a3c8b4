import { type RefObject, useEffect } from 'react';

type Form = RefObject<HTMLElement | null>;

const focusInvalid = (form: Form) =>
  form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();

/** Focus the first invalid field once its error has rendered. */
export function focusFirstError(form: Form): void {
  requestAnimationFrame(() => focusInvalid(form));
}

/** The same for server errors, which render after the mutation settles. */
export function useFocusOnRefusal(form: Form, refusal: Error | null): void {
  useEffect(() => {
    if (refusal) focusInvalid(form);
  }, [form, refusal]);
}
