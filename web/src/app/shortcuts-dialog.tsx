import { t } from '@/shared/i18n';
import { InfoDialog } from '@/shared/ui';

const rows = [
  [t.shortcuts.arrows, t.shortcuts.move],
  [t.shortcuts.keys.enter, t.shortcuts.open],
  ['/', t.shortcuts.search],
  ['u', t.shortcuts.upload],
  ['l', t.shortcuts.like],
  ['c', t.shortcuts.comment],
  ['t', t.shortcuts.addTag],
  ['1 – 9', t.shortcuts.toTag],
  ['a / x', t.shortcuts.judge],
  ['h', t.shortcuts.why],
  [t.shortcuts.keys.delete, t.shortcuts.trash],
  [t.shortcuts.keys.undo, t.shortcuts.undo],
  ['?', t.shortcuts.help],
  [t.shortcuts.keys.escape, t.shortcuts.close],
] as const;

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

export function ShortcutsDialog({ open, onOpenChange }: Props) {
  return (
    <InfoDialog open={open} onOpenChange={onOpenChange} title={t.shortcuts.title}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-3 text-15">
        {rows.map(([key, what]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="rounded-control border border-line-strong bg-sunken px-2 py-0.5 font-sans text-13">
                {key}
              </kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </InfoDialog>
  );
}
