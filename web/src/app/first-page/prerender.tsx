/** Renders the initial state of the app to HTML at build time (tools/prerender.mjs). */
import { StrictMode } from 'react';
import { prerender } from 'react-dom/static';
import { Router } from 'wouter';
import { sessionKey } from '@/entities/session';
import type { User } from '@/shared/api';
import { hrefs } from '@/shared/url/routes';
import { makeClient, Providers } from '../providers';
import { Shell } from '../shell/shell';

const anyone: User = {
  username: '',
  email: '',
  display_name: '',
  bio: '',
  role: 'user',
  allow_downloads: false,
  bytes_used: 0,
  default_visibility: 'public',
  counts: { photos: 0, followers: 0, following: 0, likes: 0 },
};

/** Keys are the file names that the gateway serves (first_page.py). */
const pages = {
  feed: { path: hrefs.feed(), user: null },
  'feed-member': { path: hrefs.feed(), user: anyone },
  photo: { path: hrefs.photo('any'), user: null },
  'photo-member': { path: hrefs.photo('any'), user: anyone },
};

export async function renderPages(): Promise<Record<string, string>> {
  const drawn: Record<string, string> = {};
  for (const [name, { path, user }] of Object.entries(pages)) {
    const client = makeClient();
    client.setQueryData(sessionKey, user);
    const { prelude } = await prerender(
      <StrictMode>
        <Providers client={client}>
          <Router ssrPath={path}>
            <Shell />
          </Router>
        </Providers>
      </StrictMode>,
    );
    drawn[name] = await new Response(prelude).text();
    client.clear();
  }
  return drawn;
}
