import { Search, X } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, type RefObject, useId, useRef, useState } from 'react';
import type { ApiProblem } from '@/shared/api';
import { t } from '@/shared/i18n';
import { Button, buttonClass, IconButton } from '@/shared/ui';
import { badPart, corrected } from '../query';
import { Completion } from './completion';

type Props = {
  input: RefObject<HTMLInputElement | null>;
  draft: string;
  onDraft: (text: string) => void;
  onSearch: (query: string) => void;
  /** The server's error for exactly this draft; null otherwise. */
  refusal: ApiProblem | null;
};

const textClass = 'h-11 whitespace-pre px-3 ps-10 text-15';

/** The search box. Underlines the part of the query that the server cannot parse. */
export function SearchBox({ input, draft, onDraft, onSearch, refusal }: Props) {
  const id = useId();
  const mirror = useRef<HTMLDivElement>(null);
  // Suggest only while typing, not for a query from the address.
  const [typing, setTyping] = useState(false);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setTyping(false);
    onSearch(draft);
  };
  const pick = (query: string) => {
    setTyping(false);
    onSearch(query);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key === 'Escape' && typing) {
      event.preventDefault();
      setTyping(false);
      input.current?.focus();
    }
    if (event.key !== 'ArrowDown' || event.target !== input.current) return;
    const first = event.currentTarget.querySelector<HTMLElement>('ul button');
    if (!first) return;
    event.preventDefault();
    first.focus();
  };
  const clear = () => {
    onSearch('');
    input.current?.focus();
  };
  const follow = () => {
    if (mirror.current) mirror.current.scrollLeft = input.current?.scrollLeft ?? 0;
  };
  return (
    <search>
      <form onSubmit={onSubmit} className="flex max-w-[880px] gap-2">
        {/* biome-ignore lint/a11y/noStaticElementInteractions: handles the keys of the box and its list */}
        <div
          onKeyDown={onKeyDown}
          onBlur={(event) => {
            if (!event.currentTarget.contains(event.relatedTarget)) setTyping(false);
          }}
          className={`relative flex min-w-0 flex-1 items-center rounded-control border bg-surface focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-focus ${refusal ? 'border-reject' : 'border-line-strong'}`}
        >
          <Search aria-hidden size={18} className="absolute start-3 text-muted" />
          {refusal && (
            <div
              ref={mirror}
              aria-hidden
              className={`pointer-events-none absolute inset-y-0 start-0 overflow-hidden text-transparent leading-[44px] ${draft ? 'end-10' : 'end-0'} ${textClass}`}
            >
              <Marked query={draft} position={refusal.position ?? 0} />
            </div>
          )}
          <input
            ref={input}
            type="text"
            enterKeyHint="search"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={500}
            aria-label={t.explore.box}
            aria-invalid={refusal ? true : undefined}
            aria-describedby={refusal ? `${id}-refusal` : undefined}
            aria-keyshortcuts="/"
            placeholder={t.explore.placeholder}
            value={draft}
            onChange={(event) => {
              setTyping(true);
              onDraft(event.target.value);
            }}
            onScroll={follow}
            className={`min-w-0 flex-1 bg-transparent outline-none placeholder:text-muted ${textClass}`}
          />
          {draft && (
            <IconButton
              icon={X}
              label={t.explore.clear}
              onClick={clear}
              className="me-1 shrink-0"
            />
          )}
          {typing && <Completion draft={draft} onPick={pick} />}
        </div>
        <button type="submit" className={`${buttonClass('primary')} h-11! max-md:hidden`}>
          {t.explore.submit}
        </button>
      </form>
      {refusal && (
        <Refusal id={`${id}-refusal`} query={draft} refusal={refusal} onSearch={onSearch} />
      )}
    </search>
  );
}

function Marked({ query, position }: { query: string; position: number }) {
  const { start, end } = badPart(query, position);
  return (
    <>
      {query.slice(0, start)}
      <mark
        data-testid="bad-part"
        className="bg-transparent text-transparent underline decoration-2 decoration-reject decoration-wavy underline-offset-4"
      >
        {query.slice(start, end).trimEnd() || '\u00a0\u00a0'}
      </mark>
      {query.slice(end)}
    </>
  );
}

type RefusalProps = {
  id: string;
  query: string;
  refusal: ApiProblem;
  onSearch: Props['onSearch'];
};

function Refusal({ id, query, refusal, onSearch }: RefusalProps) {
  const fixed = corrected(query, refusal.position ?? 0);
  return (
    <div className="mt-2 flex max-w-[880px] flex-col items-start gap-2">
      <p id={id} role="alert" className="border-reject border-s-2 ps-3 text-13">
        {refusal.detail}
      </p>
      {fixed && (
        <Button small onClick={() => onSearch(fixed)} className="h-8! max-w-full text-13!">
          <span className="truncate">{t.explore.instead(fixed)}</span>
        </Button>
      )}
    </div>
  );
}
