import { useQuery } from '@tanstack/react-query';
import { type CSSProperties, type ReactNode, useRef, useState } from 'react';
import { usePhotoQuery } from '@/entities/photo';
import { ApiProblem, type Photo } from '@/shared/api';
import { t } from '@/shared/i18n';
import { useKeys } from '@/shared/keys';
import { QueryView } from '@/shared/ui';
import { Panel, PanelSkeleton } from './panel/panel';
import { PanelHandle } from './panel/panel-handle';
import { explanationQuery } from './stage/explanation';
import { HeatMap, HeatMapBar } from './stage/heat-map';
import { Stage } from './stage/stage';
import { StageTools, StepButtons } from './stage/stage-tools';
import { useSwipe } from './stage/use-swipe';
import { useStepping } from './stepping';
import {
  defaultShare,
  setViewSettings,
  toggleFullScreen,
  useFullScreen,
  useViewSettings,
} from './view-settings';

type Props = { id: string; notFound: ReactNode };

function useExplaining(id: string) {
  const stage = useRef<HTMLDivElement>(null);
  const [label, setLabel] = useState<string | null>(null);
  const [opacity, setOpacity] = useState(0.6);
  const query = useQuery(explanationQuery(id, label));
  const onExplain = (asked: string) => {
    setLabel((now) => (now === asked ? null : asked));
    // On a phone the photo may be scrolled out of view.
    stage.current?.scrollIntoView({ block: 'nearest' });
  };
  return { stage, label, onExplain, opacity, setOpacity, query, stop: () => setLabel(null) };
}

export default function PhotoPage({ id, notFound }: Props) {
  const query = useQuery(usePhotoQuery(id));
  const { previous, next, fromList, step, close } = useStepping(id);
  const why = useExplaining(id);
  const [zoomed, setZoomed] = useState(false);
  const full = useFullScreen();
  const { panel, share } = useViewSettings();
  const height = full ? 100 : share;
  const onPrevious = previous && !zoomed ? () => step(previous) : null;
  const onNext = next && !zoomed ? () => step(next) : null;
  const swiping = useSwipe(onPrevious, onNext);
  const photo = query.data;
  const zoom = () => setZoomed((now) => !now && !!photo?.urls.preview);
  const leave = () => {
    // Escape leaves full screen in the browser itself.
    if (full) return;
    if (why.label) why.stop();
    else if (zoomed) setZoomed(false);
    else close();
  };
  useKeys({
    Escape: leave,
    z: zoom,
    f: toggleFullScreen,
    i: () => setViewSettings({ panel: !panel }),
    d: () => photo && download(photo),
    ...(onPrevious ? { ArrowLeft: onPrevious } : {}),
    ...(onNext ? { ArrowRight: onNext } : {}),
  });
  if (query.error instanceof ApiProblem && query.error.status === 404) return notFound;
  return (
    <div
      className={`flex flex-col lg:h-dvh lg:flex-row lg:overflow-hidden ${full ? 'fixed inset-0 z-30 overflow-y-auto bg-stage lg:overflow-hidden' : ''}`}
      style={height === defaultShare ? undefined : ({ '--share': `${height}dvh` } as CSSProperties)}
    >
      <div
        ref={why.stage}
        className="stage relative z-10 flex min-h-40 shrink-0 flex-col justify-center [--stage-height:var(--share,52dvh)] max-lg:[@media(height>=600px)]:sticky max-lg:[@media(height>=600px)]:top-0 lg:h-full lg:min-w-0 lg:flex-1 lg:shrink lg:[--stage-height:calc(100dvh-48px)]"
        {...swiping}
      >
        {photo && (
          <Stage
            photo={photo}
            zoomed={zoomed}
            onZoom={zoom}
            alone={full || !panel}
            seen={fromList}
            overlay={why.query.data && <HeatMap map={why.query.data.map} opacity={why.opacity} />}
          />
        )}
        <StepButtons onPrevious={onPrevious} onNext={onNext} />
        {why.label && (
          <HeatMapBar
            label={why.label}
            query={why.query}
            opacity={why.opacity}
            onOpacity={why.setOpacity}
            onClose={why.stop}
          />
        )}
        <StageTools
          zoomed={zoomed}
          zoomable={!!photo?.urls.preview}
          full={full}
          panel={panel}
          onZoom={zoom}
          onClose={close}
        />
      </div>
      {!full && (
        <div
          className={`relative flex flex-col gap-6 *:shrink-0 px-(--gutter) pb-6 lg:w-[360px] lg:shrink-0 lg:overflow-y-auto lg:border-line lg:border-s lg:px-6 lg:pt-6 ${panel ? '' : 'lg:hidden'}`}
        >
          <div className="-mb-4 lg:hidden">
            <PanelHandle />
          </div>
          <QueryView query={query} what={t.photo.what} whole loading={<PanelSkeleton />}>
            {(loaded) => (
              <Panel
                photo={loaded}
                explaining={{ label: why.label, onExplain: why.onExplain }}
                onTrashed={next ? () => step(next) : close}
              />
            )}
          </QueryView>
        </div>
      )}
    </div>
  );
}

/** Address to download: the original if allowed, else the preview. */
function download({ urls }: Photo): void {
  const href = urls.original ?? urls.preview;
  if (!href) return;
  const link = document.createElement('a');
  link.href = href;
  link.download = '';
  link.click();
}
