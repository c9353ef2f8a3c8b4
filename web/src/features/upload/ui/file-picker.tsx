import { type ComponentProps, useRef } from 'react';
import { t } from '@/shared/i18n';
import { Button, toast } from '@/shared/ui';
import { uploadFiles, uploadFolder } from '../store';

type Props = {
  label: string;
  input: ComponentProps<'input'>;
  take: (files: Iterable<File>) => void;
} & Pick<ComponentProps<typeof Button>, 'look' | 'small' | 'className'>;

/** A button that opens the file chooser through a hidden input of the same name. */
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
          // Reset, so that the same file can be chosen again.
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

/** Selects the files of interrupted uploads again. */
export const MissingFilePicker = () => (
  <Picker label={t.upload.chooseAgain} small input={photos} take={uploadFiles} />
);

/** React supports the attribute, but its types lack it. */
const wholeFolder = { multiple: true, webkitdirectory: '' };

/** Phones have no folder chooser. */
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
