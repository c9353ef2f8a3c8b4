import { Trash2 } from 'lucide-react';
import { useRestorePhoto, useTrashPhoto } from '@/entities/photo';
import { problemText, t } from '@/shared/i18n';
import { useKeys } from '@/shared/keys';
import { Button, toast } from '@/shared/ui';

type Props = { photoId: string; onTrashed: () => void };

/** No confirmation: the photo can be restored by Undo. */
export function TrashButton({ photoId, onTrashed }: Props) {
  const trash = useTrashPhoto();
  const { mutate: restore } = useRestorePhoto();
  const onClick = () => {
    if (trash.isPending) return;
    trash.mutate(photoId, {
      onSuccess: () => {
        toast(t.photoPage.trashed, () => restore(photoId));
        onTrashed();
      },
      onError: (error) => toast(`${t.photo.deleteFailed} ${problemText(error)}`),
    });
  };
  useKeys({ Delete: onClick });
  return (
    <Button
      look="quiet"
      className="-ms-3 self-start px-3! text-13!"
      disabled={trash.isPending}
      onClick={onClick}
    >
      <Trash2 aria-hidden size={16} />
      {t.photoPage.trash}
    </Button>
  );
}
