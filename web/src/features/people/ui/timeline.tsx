import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { t } from '@/shared/i18n';
import { byYear, type Month } from '../months';

type Props = { months: Month[]; current: Month | null; hrefOf: (month: Month | null) => string };

/** Links to the months since joining; each lists that month's photos and older. */
export function Timeline({ months, current, hrefOf }: Props) {
  const nav = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: scroll when the current month changes
  useEffect(() => {
    const link = nav.current?.querySelector<HTMLElement>('[aria-current]');
    if (!nav.current || !link) return;
    // Scroll the strip only, not the page.
    const { clientHeight, clientWidth } = nav.current;
    nav.current.scrollTo(link.offsetLeft - clientWidth / 2, link.offsetTop - clientHeight / 2);
  }, [current]);
  if (months.length < 2) return null;
  return (
    <nav
      ref={nav}
      aria-label={t.people.timeline}
      className="relative flex shrink-0 gap-x-3 gap-y-2 overflow-x-auto p-1 max-lg:-m-1 lg:sticky lg:top-[calc(var(--top-bar)+16px)] lg:max-h-[calc(100dvh-var(--top-bar)-32px)] lg:w-16 lg:flex-col lg:self-start lg:overflow-y-auto"
    >
      {byYear(months).map(({ year, months: shown }) => (
        <div key={year} className="flex shrink-0 items-center gap-1 lg:flex-col lg:items-stretch">
          <p className="font-medium text-12 tabular-nums lg:text-end">{year}</p>
          {shown.map((month) => (
            <Link
              key={month.end}
              href={hrefOf(month === months[0] ? null : month)}
              aria-current={month === (current ?? months[0]) ? 'true' : undefined}
              className="inline-flex h-6 items-center rounded-control px-1.5 text-12 text-muted hover:text-text aria-[current]:bg-sunken aria-[current]:font-medium aria-[current]:text-text pointer-coarse:h-11 lg:justify-end"
            >
              {t.people.shortMonth(month.start)} <span className="sr-only">{year}</span>
            </Link>
          ))}
        </div>
      ))}
    </nav>
  );
}
