import { Link } from 'wouter';
import { t } from '@/shared/i18n';
import { buttonClass, useTitle } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';

/** The same words for what never was, what is gone and what is someone else's. */
export function NotFound() {
  useTitle(t.notFound.title);
  return (
    <div className="flex flex-col items-start gap-4 px-(--gutter) py-16">
      <h1 className="font-bold text-24">{t.notFound.title}</h1>
      <p className="max-w-[68ch] text-muted">{t.notFound.text}</p>
      <Link href={hrefs.feed()} className={buttonClass('primary')}>
        {t.notFound.toFeed}
      </Link>
    </div>
  );
}
