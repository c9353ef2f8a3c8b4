import { Link } from 'wouter';
import { t } from '@/shared/i18n';
import { type FeedTab, feedTabs, hrefs } from '@/shared/url/routes';

type Props = { current: FeedTab; signedIn: boolean };

/** Each tab has its own address, so Back and Reload find it. */
export function Tabs({ current, signedIn }: Props) {
  const shown = feedTabs.filter((tab) => tab !== 'yours' || signedIn);
  return (
    <nav aria-label={t.feed.tabs} className="flex gap-5 py-3 text-13">
      {shown.map((tab) => (
        <Link
          key={tab}
          href={hrefs.feed(tab)}
          aria-current={tab === current ? 'page' : undefined}
          className={`inline-flex h-8 items-center border-b-2 ${tab === current ? 'border-text font-medium' : 'border-transparent text-muted hover:text-text'}`}
        >
          {t.feed.tab[tab]}
        </Link>
      ))}
      {signedIn && (
        <Link
          href={hrefs.following()}
          className="inline-flex h-8 items-center border-transparent border-b-2 text-muted hover:text-text"
        >
          {t.people.feed.title}
        </Link>
      )}
    </nav>
  );
}
