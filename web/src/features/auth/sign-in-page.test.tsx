import { screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, it } from 'vitest';
import { renderAt } from '@/shared/testing/render';
import { problem, server } from '@/shared/testing/server';
import SignInPage from './sign-in-page';

const login = '/api/v1/auth/login';

it('focuses the first empty field and sends nothing', async () => {
  const { user } = renderAt('/sign-in', <SignInPage />);
  await user.type(screen.getByLabelText('Password'), 'correct horse');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));

  const name = screen.getByLabelText('Username or e-mail');
  await waitFor(() => expect(document.activeElement).toBe(name));
  expect(name.getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByText('Username or e-mail is required.')).toBeTruthy();
});

it('reports wrong credentials and keeps what was typed', async () => {
  server.use(http.post(login, () => problem(401, 'bad_credentials', { request_id: 'r-17' })));
  const { user } = renderAt('/sign-in', <SignInPage />);
  await user.type(screen.getByLabelText('Username or e-mail'), 'anna');
  await user.type(screen.getByLabelText('Password'), 'wrong horse');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));

  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Wrong username or password.');
  expect(alert.textContent).toContain('r-17');
  expect(screen.getByLabelText<HTMLInputElement>('Password').value).toBe('wrong horse');
});

it('returns to the page that asked for signing in', async () => {
  let sent: unknown;
  server.use(
    http.post(login, async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ user: { username: 'anna' }, token: 'secret' });
    }),
  );
  const { user, history } = renderAt('/sign-in?next=%2Falbums', <SignInPage />);
  await user.type(screen.getByLabelText('Username or e-mail'), ' anna ');
  await user.type(screen.getByLabelText('Password'), 'correct horse');
  await user.keyboard('{Enter}');

  await waitFor(() => expect(history.at(-1)).toBe('/albums'));
  expect(sent).toEqual({ login: 'anna', password: 'correct horse' });
});
