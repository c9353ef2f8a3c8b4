import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { text } from '@/shared/i18n/albums';
import { Button, InfoDialog } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { useCreateAlbum } from '../mutations';
import { AlbumForm } from './album-form';

/** Creates an album and opens it. */
export function NewAlbum() {
  const [open, setOpen] = useState(false);
  const [, navigate] = useLocation();
  const create = useCreateAlbum();
  return (
    <>
      <Button
        look="primary"
        onClick={() => {
          create.reset();
          setOpen(true);
        }}
      >
        <Plus aria-hidden size={18} />
        {text.create}
      </Button>
      <InfoDialog open={open} onOpenChange={setOpen} title={text.create}>
        <AlbumForm
          submit={text.form.create}
          pending={create.isPending}
          error={create.error}
          onCancel={() => setOpen(false)}
          onSubmit={(album) =>
            create.mutate(album, { onSuccess: ({ id }) => navigate(hrefs.album(id)) })
          }
        />
      </InfoDialog>
    </>
  );
}
