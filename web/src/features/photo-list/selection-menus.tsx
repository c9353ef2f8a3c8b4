import { Menu } from '@base-ui/react/menu';
import { Eye } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { t } from '@/shared/i18n';
import { buttonClass } from '@/shared/ui';
import { layerContainer } from '@/shared/ui/layers/layer-container';
import type { Change } from './bulk';

type Props = { busy: boolean; onChange: (change: Change) => void };

/** Beside the count; on a phone in a row of their own. */
export const barButton =
  'h-9! px-3! text-13! max-md:h-12! max-md:flex-1 max-md:flex-col max-md:gap-0.5! max-md:px-1! max-md:text-12!';

const visibilities = ['public', 'unlisted', 'private'] as const;
const itemClass =
  'flex h-9 cursor-default items-center rounded-control px-2 text-13 outline-none data-[highlighted]:bg-sunken pointer-coarse:h-11';

export function VisibilityMenu({ busy, onChange }: Props) {
  return (
    <BarMenu busy={busy} icon={<Eye aria-hidden size={16} />} label={t.selection.visibility}>
      {visibilities.map((value) => (
        <Menu.Item
          key={value}
          className={itemClass}
          onClick={() => onChange({ action: 'set_visibility', value })}
        >
          {t.photo.visibilities[value]}
        </Menu.Item>
      ))}
    </BarMenu>
  );
}

type BarMenuProps = { busy: boolean; icon: ReactNode; label: string; children: ReactNode };

function BarMenu({ busy, icon, label, children }: BarMenuProps) {
  const [open, setOpen] = useState(false);
  return (
    <Menu.Root open={open} onOpenChange={setOpen} modal={false}>
      <Menu.Trigger disabled={busy} className={`${buttonClass('quiet')} ${barButton}`}>
        {icon}
        {label}
      </Menu.Trigger>
      <Menu.Portal container={layerContainer()}>
        <Menu.Positioner side="top" align="end" sideOffset={8} className="z-40">
          <Menu.Popup
            aria-label={label}
            className="layer max-h-80 max-w-72 min-w-48 overflow-auto rounded-control border border-line bg-surface p-2 shadow-layer outline-none"
          >
            {children}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
