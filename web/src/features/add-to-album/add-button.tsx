import { Images } from 'lucide-react';
import { Suspense, useState } from 'react';
import { t } from '@/shared/i18n';
import { Button } from '@/shared/ui';
import { lazyComponent } from '@/shared/ui/lazy-component';

const AlbumChooser = lazyComponent(() => import('./album-chooser'));

type Props = {
  /** The user's own photos to add. */
  ids: string[];
  busy?: boolean;
  className: string;
};

/** Opens the album chooser, whose chunk loads on the first click. */
export function AddToAlbumButton({ ids, busy = false, className }: Props) {
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(false);
  return (
    <>
      <Button
        look="quiet"
        className={className}
        aria-haspopup="dialog"
        disabled={busy}
        onClick={() => {
          setWanted(true);
          setOpen(true);
        }}
      >
        <Images aria-hidden size={16} />
        {t.selection.toAlbum}
      </Button>
      <Suspense fallback={null}>
        {wanted && <AlbumChooser ids={ids} open={open} onOpenChange={setOpen} />}
      </Suspense>
    </>
  );
}
