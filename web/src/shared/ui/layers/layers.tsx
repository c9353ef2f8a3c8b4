import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { t } from '@/shared/i18n';
import { buttonClass } from '../button';

const backdrop =
  'fixed inset-0 z-40 bg-veil transition-opacity duration-[220ms] data-[ending-style]:opacity-0 data-[starting-style]:opacity-0';
const panel =
  'layer fixed z-40 flex flex-col gap-4 overflow-auto overscroll-contain border-line bg-surface text-text shadow-layer';
const popup = `${panel} inset-x-4 top-[15vh] mx-auto max-h-[75vh] rounded-control border p-6`;
const drawer = `${panel} inset-x-0 bottom-0 max-h-[85dvh] rounded-t-control border-t px-(--gutter) pt-4 pb-[calc(16px+env(safe-area-inset-bottom))]`;

type LayerProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** Nearly as large as the window, for pickers. */
  wide?: boolean;
  /** At the bottom of narrow windows, within thumb reach. */
  sheet?: boolean;
  children?: ReactNode;
};

export function InfoDialog({ open, onOpenChange, title, wide, sheet, children }: LayerProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdrop} />
        <Dialog.Popup
          className={sheet ? drawer : `${popup} ${wide ? 'max-w-[880px]' : 'max-w-[440px]'}`}
        >
          <div className="flex items-start justify-between gap-4">
            <Dialog.Title className="font-bold text-18">{title}</Dialog.Title>
            <Dialog.Close
              aria-label={t.app.close}
              className="inline-flex size-8 items-center justify-center rounded-control text-muted hover:bg-sunken"
            >
              <X aria-hidden size={18} />
            </Dialog.Close>
          </div>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

type ConfirmProps = Omit<LayerProps, 'children' | 'wide' | 'sheet'> & {
  text: string;
  confirm: string;
  cancel: string;
  onConfirm: () => void;
};

/** Confirms an irreversible action; the safe answer has the focus. */
export function ConfirmDialog(props: ConfirmProps) {
  return (
    <AlertDialog.Root open={props.open} onOpenChange={props.onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdrop} />
        <AlertDialog.Popup className={`${popup} max-w-[440px]`}>
          <AlertDialog.Title className="font-bold text-18">{props.title}</AlertDialog.Title>
          <AlertDialog.Description className="text-muted">{props.text}</AlertDialog.Description>
          <div className="flex justify-end gap-2">
            <AlertDialog.Close className={buttonClass('plain')}>{props.cancel}</AlertDialog.Close>
            <AlertDialog.Close className={buttonClass('danger')} onClick={props.onConfirm}>
              {props.confirm}
            </AlertDialog.Close>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
