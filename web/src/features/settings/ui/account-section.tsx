import { type FormEvent, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useSetSession } from '@/entities/session';
import { PasswordField } from '@/features/auth';
import { ApiProblem, type User } from '@/shared/api';
import { problemText } from '@/shared/i18n';
import { text } from '@/shared/i18n/settings';
import { Button, InfoDialog, toast } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { useDeleteAccount } from '../api';
import { focusFirstError, useFocusOnRefusal } from './focus';
import { Refusal } from './refusal';

const words = text.account;

export function AccountSection({ user }: { user: User }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="flex flex-col gap-10">
      <Storage used={user.bytes_used} quota={user.bytes_quota ?? null} />
      <div className="flex flex-col items-start gap-3 border-line border-t pt-6">
        <h3 className="font-bold text-18">{words.delete}</h3>
        <p className="text-muted">{words.deleteNote}</p>
        <Button look="danger" onClick={() => setOpen(true)}>
          {words.delete}
        </Button>
      </div>
      <InfoDialog open={open} onOpenChange={setOpen} title={words.deleteTitle}>
        <DeleteForm onCancel={() => setOpen(false)} />
      </InfoDialog>
    </div>
  );
}

function Storage({ used, quota }: { used: number; quota: number | null }) {
  return (
    <div className="flex flex-col gap-2">
      <h3 className="font-bold text-18">{words.storage}</h3>
      <p className="tabular-nums">{words.used(used, quota)}</p>
      {quota !== null && quota > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: browsers do not let a meter be restyled
        <div
          role="meter"
          aria-label={words.storage}
          aria-valuemin={0}
          aria-valuemax={quota}
          aria-valuenow={Math.min(used, quota)}
          aria-valuetext={words.share(used / quota)}
          className="h-2 overflow-hidden rounded-chip border border-line-strong bg-sunken"
        >
          <div
            className="h-full bg-text"
            style={{ width: `${Math.min(1, used / quota) * 100}%` }}
          />
        </div>
      )}
      <p className="text-13 text-muted">{words.storageNote}</p>
    </div>
  );
}

function DeleteForm({ onCancel }: { onCancel: () => void }) {
  const form = useRef<HTMLFormElement>(null);
  const [missing, setMissing] = useState(false);
  const [, navigate] = useLocation();
  const setSession = useSetSession();
  const remove = useDeleteAccount();
  useFocusOnRefusal(form, remove.error);
  const wrong =
    remove.error instanceof ApiProblem && remove.error.code === 'incorrect_password'
      ? problemText(remove.error)
      : undefined;
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('password') ?? '');
    setMissing(!password);
    if (!password) return focusFirstError(form);
    remove.mutate(password, {
      onSuccess: () => {
        setSession(null);
        navigate(hrefs.feed());
        toast(words.deleted);
      },
    });
  };
  return (
    <form ref={form} noValidate onSubmit={onSubmit} className="flex flex-col gap-3">
      <p className="text-muted">{words.deleteNote}</p>
      <PasswordField
        label={words.password}
        autoComplete="current-password"
        error={missing ? words.passwordNeeded : wrong}
      />
      {remove.error && !wrong && <Refusal title={words.notDeleted} error={remove.error} />}
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onCancel}>
          {text.cancel}
        </Button>
        <Button type="submit" look="danger" disabled={remove.isPending}>
          {words.confirm}
        </Button>
      </div>
    </form>
  );
}
