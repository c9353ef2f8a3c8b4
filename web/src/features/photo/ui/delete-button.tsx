import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { problemText, t } from '@/shared/i18n';
import { Button, ConfirmDialog, toast } from '@/shared/ui';
import { useDeletePhoto } from '../api';

type Props = { photoId: string; onDeleted: () => void };

export function DeleteButton({ photoId, onDeleted }: Props) {
  const [asking, setAsking] = useState(false);
  const remove = useDeletePhoto();
  const onConfirm = () =>
    remove.mutate(photoId, {
      onSuccess: () => {
        toast(t.photo.deleted);
        onDeleted();
      },
      onError: (error) => toast(`${t.photo.deleteFailed} ${problemText(error)}`),
    });
  return (
    <>
      <Button
        look="quiet"
        className="-ml-3 self-start px-3! text-13!"
        disabled={remove.isPending}
        onClick={() => setAsking(true)}
      >
        <Trash2 aria-hidden size={16} />
        {t.photo.delete}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t.photo.deleteTitle}
        text={t.photo.deleteText}
        confirm={t.photo.deleteConfirm}
        cancel={t.photo.deleteCancel}
        onConfirm={onConfirm}
      />
    </>
  );
}
