import { ImageUp } from 'lucide-react';
import { useSession } from '@/entities/session';
import { SignInNotice } from '@/features/auth';
import { t } from '@/shared/i18n';
import { useMedia, useTitle } from '@/shared/ui';
import { FilePicker, FolderPicker } from './ui/file-picker';
import { UploadOptions } from './ui/options';

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
  const touch = useMedia('(hover: none)');
  return (
    <div className="flex flex-col gap-8 lg:flex-row">
      <div className="flex flex-1 flex-col items-center justify-center gap-4 rounded-control border border-line-strong border-dashed bg-surface px-6 py-12 text-center md:min-h-[400px] lg:max-w-[720px]">
        <ImageUp aria-hidden size={32} strokeWidth={1.5} className="text-muted" />
        <p className="max-w-[44ch] text-balance">{touch ? t.upload.pick : t.upload.drop}</p>
        <div className="flex flex-wrap justify-center gap-2">
          <FilePicker />
          <FolderPicker />
        </div>
        <p className="max-w-[52ch] text-balance text-13 text-muted">{t.upload.limits}</p>
      </div>
      <UploadOptions />
    </div>
  );
}
