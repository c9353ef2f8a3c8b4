import { useEffect, useEffectEvent } from 'react';
import { readPreference } from '@/shared/ui/preferences';
import { isTyping } from './typing';

export type Bindings = Record<string, (event: KeyboardEvent) => void>;

type Scope = { read: () => Bindings; page: boolean };

const layerSelector = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';
/** Time limit between the keys of a sequence such as `g f`. */
const sequenceMs = 1_500;

const scopes: Scope[] = [];
let prefix: { key: string; until: number } | null = null;

/** Whether the key belongs to the focused element, the browser or a text selection. */
function isBusy(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing || event.altKey) return true;
  if (event.shiftKey && (event.ctrlKey || event.metaKey)) return true;
  if (isTyping(event.target as HTMLElement | null)) return true;
  // Arrow keys move a focused slider.
  if (event.key.startsWith('Arrow') && (event.target as HTMLElement).matches?.('[type="range"]')) {
    return true;
  }
  // Closed lists stay in the document.
  const layers = [...document.querySelectorAll(layerSelector)];
  if (layers.some((layer) => layer.checkVisibility())) return true;
  return document.getSelection()?.isCollapsed === false;
}

/** Key name, with `Ctrl+` for Ctrl or Cmd. */
function nameOf(event: KeyboardEvent): string {
  const name = event.ctrlKey || event.metaKey ? `Ctrl+${event.key.toLowerCase()}` : event.key;
  const first = prefix && prefix.until > event.timeStamp ? prefix.key : null;
  prefix = null;
  return first ? `${first} ${name}` : name;
}

const startsSequence = (key: string) =>
  scopes.some(({ read }) => Object.keys(read()).some((name) => name.startsWith(`${key} `)));

/** Page bindings take precedence over app bindings. */
function find(name: string): Bindings[string] | undefined {
  const inner = [...scopes].reverse().sort((a, b) => Number(b.page) - Number(a.page));
  return inner.map(({ read }) => read()[name]).find(Boolean);
}

const isSingle = (name: string) => name.length === 1 || name.includes(' ');

function onKeyDown(event: KeyboardEvent): void {
  if (isBusy(event)) return;
  const name = nameOf(event);
  // WCAG 2.1.4: single-key shortcuts can be turned off.
  if (isSingle(name) && name !== '?' && readPreference('shortcuts') === 'off') return;
  const run = find(name);
  if (run) {
    event.preventDefault();
    run(event);
  } else if (startsSequence(name)) {
    prefix = { key: name, until: event.timeStamp + sequenceMs };
  }
}

function add(scope: Scope): () => void {
  if (scopes.length === 0) window.addEventListener('keydown', onKeyDown);
  scopes.push(scope);
  return () => {
    scopes.splice(scopes.indexOf(scope), 1);
    if (scopes.length === 0) window.removeEventListener('keydown', onKeyDown);
  };
}

/**
 * Bind shortcuts: a `KeyboardEvent.key`, `Ctrl+x`, or a sequence (`g f`). They are ignored while
 * typing, selecting text or with a dialog or menu open. Page bindings take precedence over `app`
 * ones.
 */
export function useKeys(bindings: Bindings, scope: 'page' | 'app' = 'page'): void {
  const read = useEffectEvent(() => bindings);
  useEffect(() => add({ read: () => read(), page: scope === 'page' }), [scope]);
}
