import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { t } from '@/shared/i18n';

const manager = Toast.createToastManager();

/** Says in one sentence what just happened; readable by screen readers, gone by itself. */
export function toast(text: string): void {
  manager.add({ description: text });
}

function ToastList() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((item) => (
    <Toast.Root
      key={item.id}
      toast={item}
      className="layer flex items-center gap-2 rounded-control border border-line bg-surface py-2 pr-2 pl-4 shadow-layer"
    >
      <Toast.Content className="flex flex-1 items-center gap-2">
        <Toast.Description className="flex-1" />
        <Toast.Close
          aria-label={t.app.close}
          className="inline-flex size-8 items-center justify-center rounded-control text-muted hover:bg-sunken"
        >
          <X aria-hidden size={16} />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}

export function Toasts() {
  return (
    <Toast.Provider toastManager={manager} timeout={5000}>
      <Toast.Portal>
        <Toast.Viewport
          aria-label={t.app.notifications}
          className="fixed bottom-[calc(var(--bottom-bar)+16px)] left-[calc(var(--rail)+16px)] z-50 flex w-[min(360px,calc(100vw-32px))] flex-col gap-2"
        >
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
