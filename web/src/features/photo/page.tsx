import { useQuery } from '@tanstack/react-query';
import { ArrowLeft } from 'lucide-react';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useSession } from '@/features/auth';
import { type Explaining, TagPanel } from '@/features/tags';
import { ApiProblem, type Photo } from '@/shared/api';
import { t } from '@/shared/i18n';
import { useKeys } from '@/shared/keys';
import { IconButton, ProblemNotice, QueryView, useTitle } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { usePhotoQuery } from './api';
import { explanationQuery } from './explanation';
import { useTagging } from './tagging';
import { Caption } from './ui/caption';
import { Comments } from './ui/comments';
import { Details } from './ui/details';
import { HeatMap, HeatMapBar } from './ui/heat-map';
import { NearDuplicates } from './ui/near-duplicates';
import { SimilarStrip } from './ui/similar-strip';
import { FailureNote, Stage } from './ui/stage';
import { TrashButton } from './ui/trash-button';

type Props = { id: string; notFound: ReactNode };

/** Back to the list one came from, at the photo one left; the feed when the page was opened directly. */
function useClose() {
  const [, navigate] = useLocation();
  return useCallback(() => {
    const state: unknown = history.state;
    const fromList = typeof state === 'object' && state !== null && 'fromList' in state;
    if (fromList) history.back();
    else navigate(hrefs.feed());
  }, [navigate]);
}

export default function PhotoPage({ id, notFound }: Props) {
  const query = useQuery(usePhotoQuery(id));
  const close = useClose();
  const [explained, setExplained] = useState<string | null>(null);
  const stage = useRef<HTMLDivElement>(null);
  const [opacity, setOpacity] = useState(0.6);
  const explanation = useQuery(explanationQuery(id, explained));
  const explaining = {
    label: explained,
    onExplain: (label: string) => {
      setExplained((now) => (now === label ? null : label));
      // On a phone the picture may be far above the tags.
      stage.current?.scrollIntoView({ block: 'nearest' });
    },
  };
  useKeys({ Escape: explained ? () => setExplained(null) : close });
  if (query.error instanceof ApiProblem && query.error.status === 404) return notFound;
  return (
    <div className="flex flex-col lg:h-dvh lg:flex-row lg:overflow-hidden">
      <div
        ref={stage}
        className="stage relative min-h-40 shrink-0 [--stage-height:72vh] lg:h-dvh lg:min-w-0 lg:flex-1 lg:shrink lg:[--stage-height:calc(100dvh-48px)]"
      >
        {query.data && (
          <Stage
            photo={query.data}
            overlay={explanation.data && <HeatMap map={explanation.data.map} opacity={opacity} />}
          />
        )}
        {explained && (
          <HeatMapBar
            label={explained}
            query={explanation}
            opacity={opacity}
            onOpacity={setOpacity}
            onClose={() => setExplained(null)}
          />
        )}
        <IconButton
          icon={ArrowLeft}
          label={t.photo.back}
          onClick={close}
          className="absolute! top-2 left-2 size-11! rounded-chip! bg-caption! text-text! hover:bg-stage!"
        />
      </div>
      <div className="flex flex-col gap-6 px-(--gutter) py-6 lg:w-[360px] lg:shrink-0 lg:overflow-y-auto lg:border-line lg:border-l lg:px-6">
        <QueryView query={query} what={t.photo.what} loading={<PanelSkeleton />}>
          {(photo) => <Panel photo={photo} explaining={explaining} onTrashed={close} />}
        </QueryView>
        {query.data && query.error ? (
          <ProblemNotice
            title={t.state.failed(t.photo.what)}
            error={query.error}
            onRetry={() => query.refetch()}
          />
        ) : null}
      </div>
    </div>
  );
}

const PanelSkeleton = () => (
  // Below a picture whose height is not known yet there is nothing to show: it would jump.
  <div role="status" aria-label={t.state.loading} className="flex flex-col gap-3 max-lg:hidden">
    <div className="h-6 w-48 rounded-control bg-sunken" />
    <div className="h-[184px] rounded-control bg-sunken" />
  </div>
);

type PanelProps = { photo: Photo; explaining: Explaining; onTrashed: () => void };

function Panel({ photo, explaining, onTrashed }: PanelProps) {
  const { user } = useSession();
  const isOwner = user?.username === photo.owner.username;
  const editing = useTagging(photo, isOwner);
  const heading = photo.title || t.photo.titleBy(photo.owner.display_name);
  useTitle(heading);
  return (
    <>
      <Caption key={photo.id} photo={photo} heading={heading} isOwner={isOwner} />
      {photo.failure && <FailureNote failure={photo.failure} />}
      <TagPanel photo={photo} editing={editing} explaining={explaining} />
      {photo.near_duplicates && <NearDuplicates ids={photo.near_duplicates} />}
      <SimilarStrip photo={photo} />
      <Comments photo={photo} />
      <Details photo={photo} isOwner={isOwner} />
      {isOwner && <TrashButton photoId={photo.id} onTrashed={onTrashed} />}
    </>
  );
}
