import { Images } from 'lucide-react';
import { Suspense, useState } from 'react';
import { t } from '@/shared/i18n';
import { Button } from '@/shared/ui';
import { lazyPart } from '@/shared/ui/lazy-part';

const AlbumChooser = lazyPart(() => import('./album-chooser'));

type Props = {
  /** Of one's own photos that are to go into an album. */
  ids: string[];
  busy?: boolean;
  className: string;
};

/** Opens one's albums, whose code comes with the first press. */
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
