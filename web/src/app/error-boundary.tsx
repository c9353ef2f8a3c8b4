import { Component, type ReactNode } from 'react';
import { t } from '@/shared/i18n';
import { Button, Notice } from '@/shared/ui';

type Props = { children: ReactNode };

/** Keeps the rail and the upload tray alive when a page breaks. */
export class ErrorBoundary extends Component<Props, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <div role="alert" className="px-(--gutter)">
        <Notice text={t.app.crashed}>
          <Button look="primary" onClick={() => window.location.reload()}>
            {t.app.reload}
          </Button>
        </Notice>
      </div>
    );
  }
}
