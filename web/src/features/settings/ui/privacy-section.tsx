import { Suspense, useState } from 'react';
import { BlockedPeople } from '@/features/people';
import type { User } from '@/shared/api';
import { problemText } from '@/shared/i18n';
import { text } from '@/shared/i18n/settings';
import { Choices, toast } from '@/shared/ui';
import { useChangeProfile } from '../api';

const words = text.privacy;

const visibilities = (['public', 'unlisted', 'private'] as const).map((value) => ({
  value,
  label: words.visibilities[value],
  hint: words.visibilityHints[value],
}));

type Choice = Partial<Pick<User, 'default_visibility' | 'allow_downloads'>>;

/** Saves on change and shows the new value while it is being saved. */
export function PrivacySection({ user }: { user: User }) {
  const save = useChangeProfile();
  const [coming, setComing] = useState<Choice>({});
  const choose = (choice: Choice) => {
    setComing(choice);
    save.mutate(choice, {
      onSuccess: () => toast(words.saved),
      onError: (error) => toast(`${text.notSaved} ${problemText(error)}`),
      onSettled: () => setComing({}),
    });
  };
  return (
    <div className="flex flex-col gap-8">
      <Choices
        label={words.visibility}
        value={coming.default_visibility ?? user.default_visibility}
        choices={visibilities}
        onValue={(default_visibility) => choose({ default_visibility })}
      />
      <fieldset>
        <legend className="pb-1 font-medium">{words.downloads}</legend>
        <label className="flex items-baseline gap-3 py-1.5">
          <input
            type="checkbox"
            checked={coming.allow_downloads ?? user.allow_downloads}
            onChange={(event) => choose({ allow_downloads: event.target.checked })}
            className="size-4 shrink-0 translate-y-0.5"
          />
          <span>
            {words.allow}
            <span className="block text-13 text-muted">{words.allowNote}</span>
          </span>
        </label>
      </fieldset>
      <p className="text-muted">{words.always}</p>
      <Suspense fallback={null}>
        <BlockedPeople />
      </Suspense>
    </div>
  );
}
