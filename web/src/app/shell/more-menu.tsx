import { Menu } from '@base-ui/react/menu';
import {
  Check,
  Gauge,
  Keyboard,
  LibraryBig,
  LogOut,
  type LucideIcon,
  Settings,
  Trash2,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useSession } from '@/entities/session';
import { useSignOut } from '@/features/auth';
import { t } from '@/shared/i18n';
import { setTheme, type Theme, themes, useMedia, useTheme } from '@/shared/ui';
import { layerContainer } from '@/shared/ui/layers/layer-container';
import { hrefs } from '@/shared/url/routes';

const itemClass =
  'flex h-9 cursor-default items-center gap-2 rounded-control px-2 text-13 outline-none data-[highlighted]:bg-sunken';

type Props = {
  /** The trigger, which renders before the menu's chunk arrives. */
  anchor: HTMLElement | null;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  side: 'right' | 'top';
  onShortcuts: () => void;
};

/** Actions rather than pages: theme, shortcuts, sign out. */
export default function MoreMenu({ anchor, open, onOpenChange, side, onShortcuts }: Props) {
  return (
    <Menu.Root open={open} onOpenChange={onOpenChange}>
      <Menu.Portal container={layerContainer()}>
        <Menu.Positioner anchor={anchor} side={side} align="end" sideOffset={8} className="z-40">
          <Menu.Popup
            aria-label={t.nav.more}
            finalFocus={() => anchor}
            className="layer min-w-[216px] rounded-control border border-line bg-surface p-2 shadow-layer outline-none"
          >
            <PlaceItems />
            <ThemeItems />
            <Menu.Separator className="my-2 h-px bg-line" />
            <Menu.Item className={itemClass} onClick={onShortcuts}>
              <Slot>
                <Keyboard aria-hidden size={16} />
              </Slot>
              {t.nav.shortcuts}
            </Menu.Item>
            <SignOutItem />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

const Slot = ({ children }: { children?: ReactNode }) => (
  <span className="inline-flex w-4 justify-center text-muted">{children}</span>
);

function ThemeItems() {
  const theme = useTheme();
  return (
    <Menu.RadioGroup value={theme} onValueChange={(value: Theme) => setTheme(value)}>
      <Menu.GroupLabel className="px-2 py-1 text-12 text-muted">{t.nav.theme}</Menu.GroupLabel>
      {themes.map((name) => (
        <Menu.RadioItem key={name} value={name} className={itemClass}>
          <Slot>
            <Menu.RadioItemIndicator>
              <Check aria-hidden size={16} className="text-accent" />
            </Menu.RadioItemIndicator>
          </Slot>
          {t.nav.themes[name]}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

type Place = { label: string; icon: LucideIcon; href: string };

/** Pages visited too rarely for the rail or the bottom bar. */
function PlaceItems() {
  const { user } = useSession();
  const [, navigate] = useLocation();
  const narrow = !useMedia('(width >= 1024px)');
  if (!user) return null;
  const places: Place[] = [
    // The bottom bar has no room for it.
    ...(narrow ? [{ label: t.nav.albums, icon: LibraryBig, href: hrefs.albums() }] : []),
    { label: t.nav.trash, icon: Trash2, href: hrefs.trash() },
    { label: t.nav.settings, icon: Settings, href: hrefs.settings() },
    ...(narrow && user.role === 'admin'
      ? [{ label: t.nav.admin, icon: Gauge, href: hrefs.jobs() }]
      : []),
  ];
  return (
    <>
      {places.map(({ label, icon: Icon, href }) => (
        <Menu.Item key={href} className={itemClass} onClick={() => navigate(href)}>
          <Slot>
            <Icon aria-hidden size={16} />
          </Slot>
          {label}
        </Menu.Item>
      ))}
      <Menu.Separator className="my-2 h-px bg-line" />
    </>
  );
}

function SignOutItem() {
  const { user } = useSession();
  const signOut = useSignOut();
  if (!user) return null;
  return (
    <Menu.Item className={itemClass} onClick={() => signOut.mutate()}>
      <Slot>
        <LogOut aria-hidden size={16} />
      </Slot>
      {t.nav.signOut}
    </Menu.Item>
  );
}
