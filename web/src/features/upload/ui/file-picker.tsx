import { type ComponentProps, useRef } from 'react';
import { t } from '@/shared/i18n';
import { Button, toast } from '@/shared/ui';
import { uploadFiles, uploadFolder } from '../store';

type Props = {
  label: string;
  input: ComponentProps<'input'>;
  take: (files: Iterable<File>) => void;
} & Pick<ComponentProps<typeof Button>, 'look' | 'small' | 'className'>;

/** A button that opens the system's file chooser; the input behind it bears the same name. */
function Picker({ label, input, take, ...button }: Props) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button {...button} onClick={() => field.current?.click()}>
        {label}
      </Button>
      <input
        ref={field}
        type="file"
        multiple
        aria-label={label}
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          take(event.target.files ?? []);
          // The same file can be chosen again after it failed.
          event.target.value = '';
        }}
        {...input}
      />
    </>
  );
}

const photos = { accept: 'image/*,.heic,.heif,.avif,.tif,.tiff' };

export const FilePicker = () => (
  <Picker label={t.upload.choose} look="primary" input={photos} take={uploadFiles} />
);

/** For the files that a reload parted from their uploads. */
export const FileAgainPicker = () => (
  <Picker label={t.upload.chooseAgain} small input={photos} take={uploadFiles} />
);

/** React knows the attribute, its types do not. */
const wholeFolder = { multiple: true, webkitdirectory: '' };

/** Not on phones, which have no folders to choose. */
export const FolderPicker = () => (
  <Picker
    label={t.upload.chooseFolder}
    className="pointer-coarse:hidden"
    input={wholeFolder}
    take={(files) => {
      const others = uploadFolder(files);
      if (others > 0) toast(t.upload.leftOut(others));
    }}
  />
);
