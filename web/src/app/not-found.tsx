import { Link } from 'wouter';
import { t } from '@/shared/i18n';
import { buttonClass, useTitle } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';

/** One text for unknown, deleted and forbidden pages: it must not reveal which. */
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
