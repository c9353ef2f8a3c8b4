import { Link, useLocation } from 'wouter';
import { t } from '@/shared/i18n';
import { buttonClass, Notice } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';

/** Replaces a private page for signed-out users; signing in returns to it. */
export function SignInNotice({ text }: { text: string }) {
  const [here] = useLocation();
  return (
    <Notice text={text}>
      <div className="flex gap-2">
        <Link href={hrefs.signIn(here)} className={buttonClass('primary')}>
          {t.nav.signIn}
        </Link>
        <Link href={hrefs.join(here)} className={buttonClass('plain')}>
          {t.nav.join}
        </Link>
      </div>
    </Notice>
  );
}
