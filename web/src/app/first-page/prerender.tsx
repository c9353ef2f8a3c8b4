/**
 * What the app shows before it knows anything, as HTML: drawn once at build time (tools/prerender.mjs),
 * and on the screen while the app's code is still on its way.
 */
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

/** By the names that gateway/first_page.py asks for. */
const pages = {
  feed: { path: hrefs.feed(), user: null },
  'feed-member': { path: hrefs.feed(), user: anyone },
  photo: { path: hrefs.photo('any'), user: null },
  'photo-member': { path: hrefs.photo('any'), user: anyone },
};

export async function drawPages(): Promise<Record<string, string>> {
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
