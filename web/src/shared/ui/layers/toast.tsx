import { X } from 'lucide-react';
import { useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react';
import { t } from '@/shared/i18n';
import { isTyping } from '@/shared/keys';
import { Button, IconButton } from '../button';

const shownMs = 6_000;
/** Undo needs time to read, decide and reach. */
const undoableMs = 8_000;

type Toast = { text: string; onUndo?: (() => void) | undefined };

let current: Toast | null = null;
const listeners = new Set<() => void>();

function set(next: Toast | null) {
  current = next;
  for (const listener of listeners) listener();
}

/** Show a message; a newer one replaces it. `onUndo` adds an Undo button and Ctrl+Z. */
export const toast = (text: string, onUndo?: () => void): void => set({ text, onUndo });

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function undo(shown: Toast) {
  set(null);
  shown.onUndo?.();
}

function useUndoKey(shown: Toast | null) {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!shown?.onUndo || event.key !== 'z' || !(event.ctrlKey || event.metaKey)) return;
    // Text fields have their own undo.
    if (event.shiftKey || isTyping(event.target as HTMLElement | null)) return;
    event.preventDefault();
    undo(shown);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}

export function Toasts() {
  const shown = useSyncExternalStore(
    subscribe,
    () => current,
    () => null,
  );
  // Stays while hovered or focused.
  const [held, setHeld] = useState(false);
  useUndoKey(shown);
  useEffect(() => {
    if (!shown || held) return;
    const timer = setTimeout(() => set(null), shown.onUndo ? undoableMs : shownMs);
    return () => clearTimeout(timer);
  }, [shown, held]);
  useEffect(() => {
    if (!shown) setHeld(false);
  }, [shown]);
  return (
    <div
      role="status"
      className="fixed bottom-[calc(var(--bottom-bar)+12px)] start-[calc(var(--rail)+12px)] z-50 max-w-[min(360px,calc(100vw-24px))]"
    >
      {shown && (
        // biome-ignore lint/a11y/noStaticElementInteractions: only keeps its content on screen
        <div
          className="flex items-center gap-2 rounded-control border border-line bg-surface py-2 pe-2 ps-4 text-13 shadow-layer"
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          <p className="flex-1">{shown.text}</p>
          {shown.onUndo && (
            <Button
              look="quiet"
              small
              className="text-accent! text-13!"
              onClick={() => undo(shown)}
            >
              {t.app.undo}
            </Button>
          )}
          <IconButton icon={X} label={t.app.close} onClick={() => set(null)} />
        </div>
      )}
    </div>
  );
}
