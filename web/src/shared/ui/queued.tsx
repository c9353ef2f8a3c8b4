import { type MutationKey, useMutationState } from '@tanstack/react-query';
import { Clock } from 'lucide-react';
import { t } from '@/shared/i18n';
import { useOnline } from './hooks';

/** Variables of the queued mutations of a kind, oldest first. */
export function useQueuedChanges<V>(mutationKey: MutationKey): V[] {
  const paused = useMutationState({
    filters: { mutationKey, status: 'pending', predicate: ({ state }) => state.isPaused },
    select: ({ state }) => state.variables as V,
  });
  // Online, a paused mutation only waits briefly for its predecessor.
  return useOnline() ? [] : paused;
}

/** Marks an optimistic change that is queued offline. */
export const QueuedMark = () => (
  <>
    <Clock aria-hidden size={14} className="shrink-0" />
    <span className="sr-only">{t.frame.waits}</span>
  </>
);
