import { Menu } from '@base-ui/react/menu';
import type { LucideIcon } from 'lucide-react';
import { layerContainer } from './layer-container';

export type MenuAction = {
  label: string;
  icon?: LucideIcon;
  disabled?: boolean;
  danger?: boolean;
  onSelect: () => void;
};

type Props = {
  label: string;
  icon: LucideIcon;
  actions: readonly MenuAction[];
  className?: string;
};

/**
 * A menu of actions. Not exported by the index, which would pull the menu code into the first page.
 */
export function ActionMenu({ label, icon: Icon, actions, className = '' }: Props) {
  return (
    <Menu.Root>
      <Menu.Trigger
        aria-label={label}
        title={label}
        className={`inline-flex size-9 items-center justify-center rounded-control transition-colors ${className}`}
      >
        <Icon aria-hidden size={18} strokeWidth={1.75} />
      </Menu.Trigger>
      <Menu.Portal container={layerContainer()}>
        <Menu.Positioner align="end" sideOffset={4} className="z-40">
          <Menu.Popup className="layer min-w-[200px] rounded-control border border-line bg-surface p-2 shadow-layer outline-none">
            {actions.map((action) => (
              <Menu.Item
                key={action.label}
                disabled={action.disabled ?? false}
                onClick={action.onSelect}
                className={`flex h-9 cursor-default items-center gap-2 rounded-control px-2 text-13 outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-sunken ${action.danger ? 'text-reject' : ''}`}
              >
                {action.icon && <action.icon aria-hidden size={16} />}
                {action.label}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
