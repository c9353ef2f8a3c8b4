import { Link } from 'wouter';
import { t } from '@/shared/i18n';
import { buttonClass } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';

/** Introduces the site above the feed, without blocking it. */
export function Welcome() {
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-4 pt-6 pb-2 md:pt-8">
      <div>
        <p className="mb-2 font-bold text-13 text-muted">{t.app.name}</p>
        <h1 className="font-bold text-24 md:text-40">{t.app.tagline}</h1>
        <p className="mt-1 max-w-[68ch] text-muted">{t.app.pitch}</p>
      </div>
      <div className="flex gap-2">
        <Link href={hrefs.join()} className={buttonClass('primary')}>
          {t.nav.join}
        </Link>
        <Link href={hrefs.signIn()} className={buttonClass('plain')}>
          {t.nav.signIn}
        </Link>
      </div>
    </div>
  );
}
