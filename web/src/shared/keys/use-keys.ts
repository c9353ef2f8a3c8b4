import { useEffect, useEffectEvent } from 'react';
import { isTyping } from './typing';

const layerSelector = '[role="dialog"], [role="alertdialog"], [role="menu"]';

function isBusy(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return true;
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  if (isTyping(event.target as HTMLElement | null)) return true;
  // Arrows move a slider that has the focus.
  if (event.key.startsWith('Arrow') && (event.target as HTMLElement).matches?.('[type="range"]')) {
    return true;
  }
  if (document.querySelector(layerSelector)) return true;
  return document.getSelection()?.isCollapsed === false;
}

/** Binds single keys (`KeyboardEvent.key`), quiet while someone types, selects or has a layer open. */
export function useKeys(bindings: Record<string, (event: KeyboardEvent) => void>): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const run = bindings[event.key];
    if (!run || isBusy(event)) return;
    event.preventDefault();
    run(event);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}
