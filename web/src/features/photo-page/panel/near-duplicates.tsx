import { Link } from 'wouter';
import { t } from '@/shared/i18n';
import { hrefs } from '@/shared/url/routes';

const shown = 4;

/** Tells the owner about near-duplicates; no action is required. */
export function NearDuplicates({ ids }: { ids: string[] }) {
  if (ids.length === 0) return null;
  return (
    <section
      aria-label={t.photoPage.nearDuplicates(ids.length)}
      className="flex flex-col gap-2 border-line-strong border-s-2 ps-3 text-13"
    >
      <p>{t.photoPage.nearDuplicates(ids.length)}</p>
      <ul className="flex gap-1.5">
        {ids.slice(0, shown).map((id, index) => (
          <li key={id}>
            <Link
              href={hrefs.photo(id)}
              state={{ fromList: true, list: null }}
              className="block rounded-photo"
            >
              <img
                src={`/api/v1/photos/${id}/file?size=thumb`}
                alt={t.photoPage.openNear(index + 1)}
                width={56}
                height={56}
                loading="lazy"
                className="size-14 rounded-photo bg-sunken object-cover"
              />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
