import { ArrowDownUp, Check, Ellipsis, ImagePlus, Pencil, Share2, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { PhotoPicker } from '@/features/photo-list';
import { ShareLinks } from '@/features/share';
import type { Album } from '@/shared/api';
import { problemText } from '@/shared/i18n';
import { text } from '@/shared/i18n/albums';
import { Button, ConfirmDialog, InfoDialog, toast } from '@/shared/ui';
import { ActionMenu } from '@/shared/ui/layers/action-menu';
import { hrefs } from '@/shared/url/routes';
import { useAddPhotos, useChangeAlbum, useDeleteAlbum } from '../mutations';
import { AlbumForm } from './album-form';

type Props = { album: Album; arranging: boolean; onArrange: (arranging: boolean) => void };

type Layer = 'none' | 'add' | 'share' | 'edit' | 'delete';

/** The owner's actions on an album. */
export function AlbumActions({ album, arranging, onArrange }: Props) {
  const [layer, setLayer] = useState<Layer>('none');
  const shut = () => setLayer('none');
  const add = useAddPhotos(album.id);
  const change = useChangeAlbum(album.id);
  const open = (next: Layer) => {
    change.reset();
    setLayer(next);
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      {arranging ? (
        <Button look="primary" onClick={() => onArrange(false)}>
          <Check aria-hidden size={18} />
          {text.arrangeDone}
        </Button>
      ) : (
        <>
          <Button
            look={album.photo_count === 0 ? 'primary' : 'plain'}
            disabled={add.isPending}
            onClick={() => open('add')}
          >
            <ImagePlus aria-hidden size={18} />
            {text.add}
          </Button>
          <Button onClick={() => open('share')}>
            <Share2 aria-hidden size={18} />
            {text.share}
          </Button>
          {album.photo_count > 1 && (
            <Button onClick={() => onArrange(true)}>
              <ArrowDownUp aria-hidden size={18} />
              {text.arrange}
            </Button>
          )}
        </>
      )}
      <ActionMenu
        label={text.more}
        icon={Ellipsis}
        className="size-10! border border-line-strong bg-surface hover:bg-sunken"
        actions={[
          { label: text.edit, icon: Pencil, onSelect: () => open('edit') },
          { label: text.remove, icon: Trash2, danger: true, onSelect: () => open('delete') },
        ]}
      />
      <InfoDialog open={layer === 'add'} onOpenChange={shut} title={text.addTitle} wide>
        <PhotoPicker
          many
          album={album.id}
          onCancel={shut}
          onPick={(photos) => {
            shut();
            add.mutate(photos.map((photo) => photo.id));
          }}
        />
      </InfoDialog>
      <InfoDialog open={layer === 'share'} onOpenChange={shut} title={text.shareTitle}>
        <ShareLinks album={album} />
      </InfoDialog>
      <InfoDialog open={layer === 'edit'} onOpenChange={shut} title={text.editTitle}>
        <AlbumForm
          initial={album}
          submit={text.form.save}
          pending={change.isPending}
          error={change.error}
          onCancel={shut}
          onSubmit={({ title, description, visibility }) =>
            change.mutate(
              { title, description, visibility },
              {
                onSuccess: () => {
                  toast(text.saved);
                  shut();
                },
              },
            )
          }
        />
      </InfoDialog>
      <DeleteDialog album={album} open={layer === 'delete'} onOpenChange={shut} />
    </div>
  );
}

type DeleteProps = { album: Album; open: boolean; onOpenChange: () => void };

function DeleteDialog({ album, open, onOpenChange }: DeleteProps) {
  const [, navigate] = useLocation();
  const remove = useDeleteAlbum(album.id);
  const onConfirm = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        toast(text.removed(album.title));
        navigate(hrefs.albums(), { replace: true });
      },
      onError: (error) => toast(`${text.notRemoved} ${problemText(error)}`),
    });
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={text.removeTitle}
      text={text.removeText(album.title)}
      confirm={text.remove}
      cancel={text.keep}
      onConfirm={onConfirm}
    />
  );
}
