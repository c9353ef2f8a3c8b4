import { ImageUp } from 'lucide-react';
import { SignInNotice, useSession } from '@/features/auth';
import { t } from '@/shared/i18n';
import { useTitle } from '@/shared/ui';
import { setUploadVisibility, useUploadVisibility } from './store';
import { FilePicker } from './ui/file-picker';

const visibilities = ['public', 'unlisted', 'private'] as const;

export default function UploadPage() {
  const { user, pending } = useSession();
  useTitle(t.upload.title);
  return (
    <div className="flex flex-col gap-6 px-(--gutter) py-4 pb-8">
      <h1 className="font-bold text-18">{t.upload.title}</h1>
      {user ? <Form /> : !pending && <SignInNotice text={t.upload.signInFirst} />}
    </div>
  );
}

function Form() {
  return (
    <>
      <div className="flex max-w-[720px] flex-col items-center gap-4 rounded-control border border-line-strong border-dashed bg-surface px-6 py-12 text-center md:py-24">
        <ImageUp aria-hidden size={32} strokeWidth={1.5} className="text-muted" />
        <p className="max-w-[44ch]">{t.upload.drop}</p>
        <FilePicker />
        <p className="max-w-[68ch] text-balance text-13 text-muted">{t.upload.limits}</p>
      </div>
      <VisibilityChoice />
    </>
  );
}

function VisibilityChoice() {
  const chosen = useUploadVisibility();
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 font-medium text-13">{t.upload.who}</legend>
      {visibilities.map((value) => (
        <label key={value} className="flex min-h-6 items-center gap-2">
          <input
            type="radio"
            name="visibility"
            value={value}
            checked={chosen === value}
            onChange={() => setUploadVisibility(value)}
          />
          {t.upload.visibilities[value]}
        </label>
      ))}
    </fieldset>
  );
}
