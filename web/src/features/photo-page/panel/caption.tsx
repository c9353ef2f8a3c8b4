import { EyeOff, Link2, Pencil } from 'lucide-react';
import { Link } from 'wouter';
import { LikeButton } from '@/entities/photo';
import { AddToAlbumButton } from '@/features/add-to-album';
import type { Photo } from '@/shared/api';
import { t } from '@/shared/i18n';
import { Avatar, IconButton } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { AltText } from '../editing/alt-text';
import { EditForm } from '../editing/edit-form';

type Props = {
  photo: Photo;
  heading: string;
  isOwner: boolean;
  editing: boolean;
  onEditing: (editing: boolean) => void;
};

/** Title, owner and actions; owners edit in place. */
export function Caption({ photo, heading, isOwner, editing, onEditing }: Props) {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-start gap-2">
        <div className="flex min-w-0 flex-1 flex-col gap-1">
          <h1 className="font-bold text-18">{heading}</h1>
          <Byline photo={photo} />
        </div>
        {isOwner && !editing && (
          <IconButton
            icon={Pencil}
            label={t.photoPage.edit}
            className="-mt-1 pointer-coarse:size-11"
            onClick={() => onEditing(true)}
          />
        )}
      </div>
      {editing ? (
        <EditForm photo={photo} onDone={() => onEditing(false)} />
      ) : (
        <div className="-mb-2 flex flex-wrap items-center gap-x-1">
          <LikeButton photo={photo} />
          {isOwner && <AddToAlbumButton ids={[photo.id]} className="px-3! text-13!" />}
        </div>
      )}
    </div>
  );
}

/** Description and, for the owner, alt text. */
export function Description({ photo, isOwner }: { photo: Photo; isOwner: boolean }) {
  const described = isOwner && photo.alt_text;
  if (!photo.description && !described) return null;
  return (
    <div className="flex flex-col gap-3">
      {photo.description && (
        <p className="max-w-[68ch] whitespace-pre-line text-15">{photo.description}</p>
      )}
      {described && <AltText photo={photo} />}
    </div>
  );
}

/** Owner, and the visibility if it is not public. */
function Byline({ photo: { owner, visibility } }: { photo: Photo }) {
  const Icon = visibility === 'private' ? EyeOff : Link2;
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-13 text-muted">
      <Link
        href={hrefs.profile(owner.username)}
        className="inline-flex min-h-6 items-center gap-2 rounded-control hover:text-text hover:underline"
      >
        <Avatar person={owner} size={20} />
        {t.photo.by(owner.display_name)}
      </Link>
      {visibility !== 'public' && (
        <span className="inline-flex items-center gap-1">
          <Icon aria-hidden size={14} />
          {t.photo.visibilities[visibility]}
        </span>
      )}
    </p>
  );
}
