import { useLocation } from 'wouter';
import { useSession } from '@/entities/session';
import { t } from '@/shared/i18n';
import { InfoDialog, usePreference } from '@/shared/ui';
import { shortcutsFor } from './shortcuts';

type Props = { open: boolean; onOpenChange: (open: boolean) => void };

export function ShortcutsDialog({ open, onOpenChange }: Props) {
  const [location] = useLocation();
  const { user } = useSession();
  const off = usePreference('shortcuts') === 'off';
  return (
    <InfoDialog open={open} onOpenChange={onOpenChange} title={t.shortcuts.title}>
      {off && <p className="text-13 text-muted">{t.shortcuts.off}</p>}
      {shortcutsFor(location, user?.role === 'admin').map((section) => (
        <section key={section.title}>
          <h3 className="mb-2 font-medium text-13 text-muted">{section.title}</h3>
          <dl className="grid grid-cols-[104px_1fr] gap-x-4 gap-y-2 text-13">
            {section.rows.map(([key, what]) => (
              <div key={key} className="contents">
                <dt>
                  <kbd className="rounded-control border border-line-strong bg-sunken px-1.5 py-0.5 font-sans text-12 whitespace-nowrap">
                    {key}
                  </kbd>
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </InfoDialog>
  );
}
