import { useQueries } from '@tanstack/react-query';
import { Link } from 'wouter';
import { t } from '@/shared/i18n';
import { buttonClass, Notice } from '@/shared/ui';
import { hrefs } from '@/shared/url/routes';
import { foundQuery } from '../api';
import { conjuncts, without } from '../query';

const tried = 4;

/** Suggests which term to drop, with the number of photos that gives. */
export function NothingFound({ q }: { q: string }) {
  const terms = conjuncts(q);
  const shorter =
    terms.length > 1
      ? terms.slice(0, tried).map((term) => ({
          dropped: q.slice(term.start, term.end),
          query: without(q, term),
        }))
      : [];
  const answers = useQueries({ queries: shorter.map(({ query }) => foundQuery(query)) });
  return (
    <Notice text={t.explore.none}>
      <ul className="flex flex-col gap-2 empty:hidden">
        {shorter.map(({ dropped, query }, index) => {
          const results = answers[index]?.data;
          return results && results.count > 0 ? (
            <li key={dropped}>
              <Link
                href={hrefs.explore({ q: query })}
                className="text-accent underline underline-offset-4"
              >
                {t.explore.drop(dropped, results.count, results.more)}
              </Link>
            </li>
          ) : null;
        })}
      </ul>
      <Link href={hrefs.explore({})} className={buttonClass('plain')}>
        {t.explore.startOver}
      </Link>
    </Notice>
  );
}
