import { useMutationState } from '@tanstack/react-query';
import { CloudOff } from 'lucide-react';
import { t } from '@/shared/i18n';
import { useOnline } from '@/shared/ui';

/** Reports the lost connection and the number of queued changes. */
export function OfflineBanner() {
  const online = useOnline();
  const waiting = useMutationState({
    filters: { status: 'pending', predicate: ({ state }) => state.isPaused },
    select: () => true,
  }).length;
  if (online) return null;
  return (
    <p
      role="status"
      className="sticky top-(--top-bar) z-20 flex items-center gap-2 border-warn border-s-2 bg-sunken px-(--gutter) py-2 text-13"
    >
      <CloudOff aria-hidden size={16} className="shrink-0 text-warn" />
      {waiting > 0 ? t.frame.offlineWaiting(waiting) : t.app.offline}
    </p>
  );
}
