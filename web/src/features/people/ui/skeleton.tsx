import { GridSkeleton } from '@/shared/grid';
import { t } from '@/shared/i18n';

/** Placeholder with the profile's layout, so that nothing moves. */
export const ProfileSkeleton = () => (
  <div role="status" aria-label={t.state.loading} className="flex flex-col gap-4">
    <div className="flex gap-6 py-6">
      <div className="size-[72px] shrink-0 rounded-chip bg-sunken" />
      <div className="flex flex-1 flex-col gap-3">
        <div className="h-7 w-48 max-w-full rounded-control bg-sunken" />
        <div className="h-4 w-72 max-w-full rounded-control bg-sunken" />
      </div>
    </div>
    <GridSkeleton />
  </div>
);
