import { type ComponentProps, Suspense, useRef } from 'react';
import { lazyComponent } from '../lazy-component';
import type * as Layers from './layers';

const Info = lazyComponent(() =>
  import('./layers').then((module) => ({ default: module.InfoDialog })),
);
const Confirm = lazyComponent(() =>
  import('./layers').then((module) => ({ default: module.ConfirmDialog })),
);

/** Loaded on first use, and kept mounted so that closing can animate. */
function useOpenedOnce(open: boolean): boolean {
  const opened = useRef(false);
  opened.current ||= open;
  return opened.current;
}

export function InfoDialog(props: ComponentProps<typeof Layers.InfoDialog>) {
  const opened = useOpenedOnce(props.open);
  return <Suspense fallback={null}>{opened && <Info {...props} />}</Suspense>;
}

export function ConfirmDialog(props: ComponentProps<typeof Layers.ConfirmDialog>) {
  const opened = useOpenedOnce(props.open);
  return <Suspense fallback={null}>{opened && <Confirm {...props} />}</Suspense>;
}
