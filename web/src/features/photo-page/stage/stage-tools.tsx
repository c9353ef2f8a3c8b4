import {
  ArrowLeft,
  ChevronLeft,
  ChevronRight,
  type LucideIcon,
  Maximize,
  Minimize,
  PanelRight,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import type { ComponentProps } from 'react';
import { t } from '@/shared/i18n';
import { IconButton } from '@/shared/ui';
import { setViewSettings, toggleFullScreen } from '../view-settings';

type ToolProps = Omit<ComponentProps<'button'>, 'aria-label'> & {
  icon: LucideIcon;
  label: string;
};

/** Readable over any photo. */
const Tool = ({ className = '', ...rest }: ToolProps) => (
  <IconButton
    className={`size-11! rounded-chip! bg-caption! text-text! hover:bg-stage! ${className}`}
    {...rest}
  />
);

type Props = {
  zoomed: boolean;
  zoomable: boolean;
  full: boolean;
  panel: boolean;
  onZoom: () => void;
  onClose: () => void;
};

/** Close, zoom and full-screen buttons above the photo. */
export function StageTools({ zoomed, zoomable, full, panel, onZoom, onClose }: Props) {
  return (
    <>
      <Tool
        icon={ArrowLeft}
        label={t.photo.back}
        onClick={onClose}
        className="absolute! top-2 start-2 rtl:*:-scale-x-100"
      />
      <div className="absolute top-2 end-2 flex gap-1">
        {zoomable && (
          <Tool
            icon={zoomed ? ZoomOut : ZoomIn}
            label={t.photoPage.zoom}
            aria-pressed={zoomed}
            aria-keyshortcuts="z"
            onClick={onZoom}
          />
        )}
        {document.fullscreenEnabled && (
          <Tool
            icon={full ? Minimize : Maximize}
            label={t.photoPage.fullScreen}
            aria-pressed={full}
            aria-keyshortcuts="f"
            onClick={toggleFullScreen}
          />
        )}
        {!full && (
          <Tool
            icon={PanelRight}
            label={t.photoPage.panel}
            aria-pressed={panel}
            aria-keyshortcuts="i"
            onClick={() => setViewSettings({ panel: !panel })}
            className="max-lg:hidden"
          />
        )}
      </div>
    </>
  );
}

type StepProps = { onPrevious: (() => void) | null; onNext: (() => void) | null };

/** Previous and next photo. */
export function StepButtons({ onPrevious, onNext }: StepProps) {
  const place = 'absolute! top-1/2 -translate-y-1/2 rtl:*:-scale-x-100';
  return (
    <>
      {onPrevious && (
        <Tool
          icon={ChevronLeft}
          label={t.photoPage.previous}
          onClick={onPrevious}
          className={`${place} start-2`}
        />
      )}
      {onNext && (
        <Tool
          icon={ChevronRight}
          label={t.photoPage.next}
          onClick={onNext}
          className={`${place} end-2`}
        />
      )}
    </>
  );
}
