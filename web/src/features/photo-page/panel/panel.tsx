import { useState } from 'react';
import { useSession } from '@/entities/session';
import { DecisionHistory, type Explaining, TagPanel, useTagEditing } from '@/features/tags';
import type { Photo } from '@/shared/api';
import { t } from '@/shared/i18n';
import { useTitle } from '@/shared/ui';
import { Comments } from '../comments/comments';
import { FailureNote } from '../stage/stage';
import { Caption, Description } from './caption';
import { Details } from './details';
import { NearDuplicates } from './near-duplicates';
import { ReportButton } from './report-button';
import { SimilarStrip } from './similar-strip';
import { TrashButton } from './trash-button';

export const PanelSkeleton = () => (
  // On narrow windows the photo's height is unknown, and a placeholder below it would jump.
  <div role="status" aria-label={t.state.loading} className="flex flex-col gap-3 max-lg:hidden">
    <div className="h-6 w-48 rounded-control bg-sunken" />
    <div className="h-[184px] rounded-control bg-sunken" />
  </div>
);

type Props = { photo: Photo; explaining: Explaining; onTrashed: () => void };

/** Everything about a photo, tags first. */
export function Panel({ photo, explaining, onTrashed }: Props) {
  const { user } = useSession();
  const isOwner = user?.username === photo.owner.username;
  const editing = useTagEditing(photo, isOwner);
  const [writing, setWriting] = useState(false);
  const heading = photo.title || t.photo.titleBy(photo.owner.display_name);
  useTitle(heading);
  return (
    <>
      <Caption
        photo={photo}
        heading={heading}
        isOwner={isOwner}
        editing={writing}
        onEditing={setWriting}
      />
      {photo.failure && <FailureNote photoId={photo.id} failure={photo.failure} />}
      <TagPanel photo={photo} editing={editing} explaining={explaining} />
      {!writing && <Description photo={photo} isOwner={isOwner} />}
      {photo.near_duplicates && <NearDuplicates ids={photo.near_duplicates} />}
      <SimilarStrip photo={photo} />
      <Comments photo={photo} />
      <Details photo={photo} isOwner={isOwner} />
      {isOwner && <DecisionHistory photoId={photo.id} />}
      {isOwner ? (
        <TrashButton photoId={photo.id} onTrashed={onTrashed} />
      ) : (
        user && <ReportButton photoId={photo.id} />
      )}
    </>
  );
}
