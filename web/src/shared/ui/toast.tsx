import { X } from 'lucide-react';
import { useEffect, useSyncExternalStore } from 'react';
import { t } from '@/shared/i18n';
import { IconButton } from './button';

const shownMs = 6_000;

let current: { text: string } | null = null;
const listeners = new Set<() => void>();

function set(next: typeof current) {
  current = next;
  for (const listener of listeners) listener();
}

/** Says in one sentence what just happened; a newer sentence takes the older one's place. */
export const toast = (text: string): void => set({ text });

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => current);
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => set(null), shownMs);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <div
      role="status"
      className="fixed bottom-[calc(var(--bottom-bar)+12px)] left-[calc(var(--rail)+12px)] z-50 max-w-[min(360px,calc(100vw-24px))]"
    >
      {shown && (
        <div className="flex items-center gap-2 rounded-control border border-line bg-surface py-2 pr-2 pl-4 text-13 shadow-layer">
          <p className="flex-1">{shown.text}</p>
          <IconButton icon={X} label={t.app.close} onClick={() => set(null)} />
        </div>
      )}
    </div>
  );
}
