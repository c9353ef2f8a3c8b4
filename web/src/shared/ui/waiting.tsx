import { type MutationKey, useMutationState } from '@tanstack/react-query';
import { Clock } from 'lucide-react';
import { t } from '@/shared/i18n';
import { useOnline } from './hooks';

/** What the changes of a kind that wait for the connection are about, the oldest first. */
export function useWaiting<V>(mutationKey: MutationKey): V[] {
  const paused = useMutationState({
    filters: { mutationKey, status: 'pending', predicate: ({ state }) => state.isPaused },
    select: ({ state }) => state.variables as V,
  });
  // With a connection they only stand in line behind one another, for a moment.
  return useOnline() ? [] : paused;
}

/** On what is shown as done and is not yet: it waits for the connection. */
export const WaitingMark = () => (
  <>
    <Clock aria-hidden size={14} className="shrink-0" />
    <span className="sr-only">{t.frame.waits}</span>
  </>
);
