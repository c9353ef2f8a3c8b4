import { Ellipsis } from 'lucide-react';
import { Suspense, useRef, useState } from 'react';
import { t } from '@/shared/i18n';
import { useMedia } from '@/shared/ui';
import { lazyComponent, preload, usePreload } from '@/shared/ui/lazy-component';
import { navItemClass } from './nav-item';

const loadMenu = () => import('./more-menu');
/** Load before the first click: offline, the menu could not open. */
const loadedByItselfMs = 4_000;
const MoreMenu = lazyComponent(loadMenu);

/** Opens the menu; its chunk loads when the pointer or focus comes near. */
export function MoreButton({ onShortcuts }: { onShortcuts: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(false);
  const wide = useMedia('(width >= 1024px)');
  usePreload(loadMenu, loadedByItselfMs);
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="menu"
        aria-expanded={open}
        className={navItemClass(false)}
        onPointerEnter={() => preload(loadMenu)}
        onFocus={() => preload(loadMenu)}
        onClick={() => {
          setWanted(true);
          setOpen(!open);
        }}
      >
        <Ellipsis aria-hidden size={20} strokeWidth={1.75} />
        {t.nav.more}
      </button>
      <Suspense fallback={null}>
        {wanted && (
          <MoreMenu
            anchor={button.current}
            open={open}
            onOpenChange={setOpen}
            side={wide ? 'right' : 'top'}
            onShortcuts={onShortcuts}
          />
        )}
      </Suspense>
    </>
  );
}
