import { type RefObject, useEffect } from 'react';

type Form = RefObject<HTMLElement | null>;

const focusInvalid = (form: Form) =>
  form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();

/** Puts the focus on the first field that the form itself refuses, once its error stands there. */
export function focusFirstError(form: Form): void {
  requestAnimationFrame(() => focusInvalid(form));
}

/** The same for what the server refuses: when the answer is told, its error stands nowhere yet. */
export function useFocusOnRefusal(form: Form, refusal: Error | null): void {
  useEffect(() => {
    if (refusal) focusInvalid(form);
  }, [form, refusal]);
}
