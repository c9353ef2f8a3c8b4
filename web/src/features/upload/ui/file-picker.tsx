import { useRef } from 'react';
import { t } from '@/shared/i18n';
import { Button } from '@/shared/ui';
import { uploadFiles } from '../store';

/** A button that opens the system's file chooser; the input behind it bears the same name. */
export function FilePicker() {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button look="primary" onClick={() => input.current?.click()}>
        {t.upload.choose}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        accept="image/*,.heic,.heif,.avif,.tif,.tiff"
        aria-label={t.upload.choose}
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          uploadFiles(event.target.files ?? []);
          // The same file can be chosen again after it failed.
          event.target.value = '';
        }}
      />
    </>
  );
}
