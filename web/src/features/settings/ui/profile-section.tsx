import { type FormEvent, useRef, useState } from 'react';
import type { User } from '@/shared/api';
import { text } from '@/shared/i18n/settings';
import { Button, TextArea, TextField, toast } from '@/shared/ui';
import { useChangeProfile } from '../api';
import { changedProfile, errorsByField, type ProfileText } from '../model';
import { AvatarField } from './avatar-field';
import { focusFirstError, useFocusOnRefusal } from './focus';
import { Refusal } from './refusal';

const words = text.profile;

export function ProfileSection({ user }: { user: User }) {
  return (
    <div className="flex flex-col gap-6">
      <AvatarField user={user} />
      <ProfileForm user={user} />
    </div>
  );
}

function ProfileForm({ user }: { user: User }) {
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState<ProfileText>(() => ({
    display_name: user.display_name,
    username: user.username,
    email: user.email,
    bio: user.bio,
  }));
  const [empty, setEmpty] = useState(false);
  const save = useChangeProfile();
  useFocusOnRefusal(form, save.error);
  const errors = errorsByField(save.error);
  const put = (fields: Partial<ProfileText>) => setDraft((now) => ({ ...now, ...fields }));
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const nameless = draft.display_name.trim() === '';
    setEmpty(nameless);
    if (nameless) return focusFirstError(form);
    save.mutate(changedProfile(draft, user), { onSuccess: () => toast(text.saved) });
  };
  return (
    <form ref={form} noValidate onSubmit={onSubmit} className="flex flex-col gap-3">
      <TextField
        label={words.displayName}
        autoComplete="name"
        maxLength={100}
        value={draft.display_name}
        hint={words.displayNameHint}
        error={empty ? words.nameNeeded : errors.display_name}
        onChange={(event) => put({ display_name: event.target.value })}
      />
      <TextField
        label={words.username}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={32}
        value={draft.username}
        hint={words.usernameHint}
        error={errors.username}
        onChange={(event) => put({ username: event.target.value })}
      />
      <TextField
        label={words.email}
        type="email"
        autoComplete="email"
        value={draft.email}
        hint={words.emailHint}
        error={errors.email}
        onChange={(event) => put({ email: event.target.value })}
      />
      <TextArea
        label={words.bio}
        rows={4}
        maxLength={1000}
        value={draft.bio}
        error={errors.bio}
        onChange={(event) => put({ bio: event.target.value })}
      />
      {save.error && Object.keys(errors).length === 0 && (
        <Refusal title={text.notSaved} error={save.error} />
      )}
      <Button type="submit" look="primary" className="mt-2 self-start" disabled={save.isPending}>
        {text.save}
      </Button>
    </form>
  );
}
