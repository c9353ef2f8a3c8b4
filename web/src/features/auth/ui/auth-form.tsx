import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { problemText, requestIdOf, t } from '@/shared/i18n';
import { Button, useTitle } from '@/shared/ui';
import type { FieldErrors } from '../model';

type Props = {
  title: string;
  submit: string;
  pending: boolean;
  /** An error that belongs to no field. */
  problem: unknown;
  errors: FieldErrors;
  onSubmit: (values: FormData) => void;
  children: ReactNode;
  footer: ReactNode;
};

/** A form column that focuses its first invalid field. */
export function AuthForm(props: Props) {
  const form = useRef<HTMLFormElement>(null);
  useTitle(props.title);
  const { errors, problem } = props;
  useEffect(() => {
    if (Object.keys(errors).length > 0 || problem) {
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    }
  }, [errors, problem]);
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    props.onSubmit(new FormData(event.currentTarget));
  };
  const requestId = requestIdOf(problem);
  return (
    <div className="mx-auto flex w-full max-w-[360px] flex-col gap-6 px-(--gutter) py-8 md:py-16">
      <h1 className="font-bold text-24">{props.title}</h1>
      <form ref={form} noValidate onSubmit={onSubmit} className="flex flex-col gap-3">
        {problem ? (
          <div role="alert" className="border-reject border-s-2 ps-3 text-13">
            <p>{problemText(problem)}</p>
            {requestId && <p className="text-12 text-muted">{t.state.requestId(requestId)}</p>}
          </div>
        ) : null}
        {props.children}
        <Button type="submit" look="primary" className="mt-2" disabled={props.pending}>
          {props.submit}
        </Button>
      </form>
      <p className="text-13 text-muted">{props.footer}</p>
    </div>
  );
}
