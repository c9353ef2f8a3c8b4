import { useSyncExternalStore } from 'react';

/** Display settings of this browser, one storage key each; the first value is the default. */
export const preferences = {
  density: ['comfortable', 'compact'],
  motion: ['system', 'reduced'],
  shortcuts: ['on', 'off'],
} as const;

export type Preference = keyof typeof preferences;
export type PreferenceValue<P extends Preference> = (typeof preferences)[P][number];

const listeners = new Set<() => void>();
const keyOf = (name: Preference) => `vignette.${name}`;
const unsaved = new Map<Preference, string>();

function stored(name: Preference): string | null {
  try {
    return localStorage.getItem(keyOf(name));
  } catch {
    return null;
  }
}

export function readPreference<P extends Preference>(name: P): PreferenceValue<P> {
  const values: readonly string[] = preferences[name];
  const found = unsaved.get(name) ?? stored(name);
  return (found && values.includes(found) ? found : values[0]) as PreferenceValue<P>;
}

export function setPreference<P extends Preference>(name: P, value: PreferenceValue<P>): void {
  try {
    localStorage.setItem(keyOf(name), value);
  } catch {
    // Storage is blocked: the choice lasts until the page is closed.
    unsaved.set(name, value);
  }
  // Style sheets handle motion; theme-before-paint.js sets it on the next visit.
  if (name === 'motion') document.documentElement.dataset.motion = value;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export const usePreference = <P extends Preference>(name: P): PreferenceValue<P> =>
  useSyncExternalStore(
    subscribe,
    () => readPreference(name),
    () => preferences[name][0],
  );
