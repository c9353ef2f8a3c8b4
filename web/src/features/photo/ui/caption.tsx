import { Pencil } from 'lucide-react';
import { useState } from 'react';
import type { Photo } from '@/shared/api';
import { t } from '@/shared/i18n';
import { IconButton } from '@/shared/ui';
import { EditForm } from './edit-form';
import { LikeButton } from './like-button';

type Props = { photo: Photo; heading: string; isOwner: boolean };

/** What people wrote about the photo; its owner writes in the same place. */
export function Caption({ photo, heading, isOwner }: Props) {
  const [editing, setEditing] = useState(false);
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-start gap-2">
        <div className="flex min-w-0 flex-1 flex-col gap-1">
          <h1 className="font-bold text-18">{heading}</h1>
          {photo.title && (
            <p className="text-13 text-muted">{t.photo.by(photo.owner.display_name)}</p>
          )}
        </div>
        {isOwner && !editing && (
          <IconButton
            icon={Pencil}
            label={t.photoPage.edit}
            className="-mt-1 pointer-coarse:size-11"
            onClick={() => setEditing(true)}
          />
        )}
      </div>
      {editing ? (
        <EditForm photo={photo} onDone={() => setEditing(false)} />
      ) : (
        <>
          {photo.description && (
            <p className="max-w-[68ch] whitespace-pre-line text-15">{photo.description}</p>
          )}
          {isOwner && photo.alt_text && (
            <p className="text-13 text-muted">{t.photoPage.altIs(photo.alt_text)}</p>
          )}
          <LikeButton photo={photo} />
        </>
      )}
    </div>
  );
}
