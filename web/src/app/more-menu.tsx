import { Menu } from '@base-ui/react/menu';
import { Check, Ellipsis, Keyboard, LogOut } from 'lucide-react';
import type { ReactNode } from 'react';
import { useSession, useSignOut } from '@/features/auth';
import { problemText, t } from '@/shared/i18n';
import { setTheme, type Theme, themes, toast, useTheme } from '@/shared/ui';
import { navItemClass } from './nav-item';

const itemClass =
  'flex h-9 cursor-default items-center gap-2 rounded-control px-2 text-13 outline-none data-[highlighted]:bg-sunken';

type Props = { side: 'right' | 'top'; onShortcuts: () => void };

/** What is not a place to go: the theme, the list of keys, signing out. */
export function MoreMenu({ side, onShortcuts }: Props) {
  return (
    <Menu.Root>
      <Menu.Trigger className={navItemClass(false)}>
        <Ellipsis aria-hidden size={20} strokeWidth={1.75} />
        {t.nav.more}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner side={side} align="end" sideOffset={8} className="z-40">
          <Menu.Popup className="layer min-w-[216px] rounded-control border border-line bg-surface p-2 shadow-layer outline-none">
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

function SignOutItem() {
  const { user } = useSession();
  const signOut = useSignOut();
  if (!user) return null;
  const onClick = () =>
    signOut.mutate(undefined, {
      onSuccess: () => toast(t.auth.signedOut),
      onError: (error) => toast(`${t.auth.signOutFailed} ${problemText(error)}`),
    });
  return (
    <Menu.Item className={itemClass} onClick={onClick}>
      <Slot>
        <LogOut aria-hidden size={16} />
      </Slot>
      {t.nav.signOut}
    </Menu.Item>
  );
}
