import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { photoListQuery } from '@/entities/photo';
import { ApiProblem } from '@/shared/api';
import { t } from '@/shared/i18n';
import { useKeys } from '@/shared/keys';
import { Notice, useTitle } from '@/shared/ui';
import { hrefs, readSearch, type Search } from '@/shared/url/routes';
import { tagCountsQuery } from './api';
import { facetList } from './facets';
import { refreshOnEntry } from './freshness';
import { type FacetState, type Field, facetsOf, withFacet, withField } from './query';
import { similarTo } from './similar';
import { Facets } from './ui/facets';
import { Results } from './ui/results';
import { SearchBox } from './ui/search-box';
import { SimilarResults } from './ui/similar-results';
import { TagTiles } from './ui/tag-tiles';

type Params = Required<Search>;

/** The draft: follows the address until the user types. */
function useDraft(q: string): [string, (text: string) => void] {
  const [draft, setDraft] = useState(q);
  const [known, setKnown] = useState(q);
  if (known !== q) {
    setKnown(q);
    setDraft(q);
  }
  return [draft, setDraft];
}

/** The search in the address, and the last one the server could parse. */
function useSearched(params: Params) {
  const query = useInfiniteQuery({
    ...photoListQuery(params),
    enabled: params.q !== '' && !similarTo(params.q),
  });
  const [last, setLast] = useState<Params | null>(null);
  const { error } = query;
  const refusal = error instanceof ApiProblem && error.code === 'bad_query' ? error : null;
  if (query.data && last !== params) setLast(params);
  return { good: refusal ? last : params, answered: last, refusal };
}

export default function ExplorePage() {
  const search = useSearch();
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const params = useMemo(() => readSearch(search), [search]);
  const [draft, setDraft] = useDraft(params.q);
  const { good, answered, refusal } = useSearched(params);
  const input = useRef<HTMLInputElement>(null);
  useTitle(params.q ? t.explore.titleOf(params.q) : t.explore.title);
  useKeys({ '/': () => input.current?.focus() });
  useFocusOnArrival(input);
  useEffect(() => refreshOnEntry(client, params), [client, params]);

  const go = (q: string) => {
    setDraft(q);
    if (q !== params.q) navigate(hrefs.explore({ ...params, q: q.trim() ? q : '' }));
  };
  const alike = similarTo(params.q);
  const refused = refusal && draft === params.q ? refusal : null;
  return (
    <div className="px-(--gutter) pb-8">
      <h1 className="py-4 font-bold text-18">{t.explore.title}</h1>
      <SearchBox input={input} draft={draft} onDraft={setDraft} onSearch={go} refusal={refused} />
      {alike && <SimilarResults id={alike} />}
      {alike ? null : params.q === '' ? (
        <>
          <Examples onSearch={go} />
          <TagTiles />
        </>
      ) : (
        <div className="flex flex-col gap-x-8 gap-y-3 pt-4 lg:flex-row">
          <ExploreFacets
            q={answered?.q ?? null}
            disabled={refusal !== null}
            onChange={(label, state) => go(withFacet(draft, label, state))}
            onField={(field, value) => go(withField(draft, field, value))}
          />
          <div className="min-w-0 flex-1">
            {refusal && good && <p className="pb-2 text-13 text-muted">{t.explore.keepsLast}</p>}
            {good ? <Results params={good} /> : <Notice text={t.explore.badAddress} />}
          </div>
        </div>
      )}
    </div>
  );
}

/** Focus the box when the search shortcut led here from another page. */
function useFocusOnArrival(input: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const state: unknown = history.state;
    if (typeof state !== 'object' || state === null || !('toSearch' in state)) return;
    input.current?.focus();
    // Once: not again on Back.
    history.replaceState(null, '');
  }, [input]);
}

type FacetsProps = {
  q: string | null;
  disabled: boolean;
  onChange: (label: string, state: FacetState) => void;
  onField: (field: Field, value: string) => void;
};

function ExploreFacets({ q, ...rest }: FacetsProps) {
  const all = useQuery(tagCountsQuery(''));
  const counts = useQuery({ ...tagCountsQuery(q ?? ''), enabled: q !== null });
  const facets = useMemo(
    () => facetList(all.data?.items ?? [], counts.data?.items ?? [], facetsOf(q ?? '')),
    [all.data, counts.data, q],
  );
  return <Facets q={q ?? ''} facets={facets} {...rest} />;
}

function Examples({ onSearch }: { onSearch: (query: string) => void }) {
  return (
    <p className="-mx-(--gutter) flex items-center gap-1.5 overflow-x-auto px-(--gutter) py-3 text-13 text-muted *:shrink-0 md:flex-wrap">
      <span>{t.explore.hint}</span>
      {t.explore.examples.map((example) => (
        <button
          key={example}
          type="button"
          className="h-7 rounded-control border border-line px-2 text-text hover:bg-sunken pointer-coarse:h-9"
          onClick={() => onSearch(example)}
        >
          {example}
        </button>
      ))}
    </p>
  );
}
