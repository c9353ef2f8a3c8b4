import { Search } from 'lucide-react';
import type { FormEvent, RefObject } from 'react';
import { useLocation } from 'wouter';
import { t } from '@/shared/i18n';
import { hrefs, patterns } from '@/shared/url/routes';

/** Pages that have their own search box, a full-screen photo, or no user yet. */
const without = [patterns.explore, patterns.signIn, patterns.join];
const withoutBelow = ['/p/', '/s/'];

export const hasTopBar = (path: string): boolean =>
  !without.some((page) => page === path) && !withoutBelow.some((start) => path.startsWith(start));

/** The search box above every page on wide windows. */
export function TopBar({ input }: { input: RefObject<HTMLInputElement | null> }) {
  const [, navigate] = useLocation();
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const q = String(new FormData(event.currentTarget).get('q')).trim();
    navigate(hrefs.explore({ q }));
  };
  return (
    <header className="sticky top-0 z-20 ms-(--rail) hidden h-14 items-center border-line border-b bg-bg px-(--gutter) lg:flex">
      <search className="w-full max-w-[560px]">
        <form onSubmit={onSubmit} className="relative flex items-center">
          <Search aria-hidden size={16} className="absolute start-3 text-muted" />
          <input
            ref={input}
            type="text"
            name="q"
            enterKeyHint="search"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={500}
            aria-label={t.frame.search}
            aria-keyshortcuts="/ Control+K"
            placeholder={t.frame.searchPlaceholder}
            className="h-9 w-full rounded-control border border-line-strong bg-surface pe-10 ps-9 text-13 placeholder:text-muted"
            onKeyDown={(event) => {
              if (event.key === 'Escape') event.currentTarget.blur();
            }}
          />
          <kbd
            aria-hidden
            className="absolute end-2 rounded-control border border-line px-1.5 font-sans text-12 text-muted"
          >
            {t.frame.searchKey}
          </kbd>
        </form>
      </search>
    </header>
  );
}
