import { screen, waitFor } from '@testing-library/react';
import { http } from 'msw';
import { expect, it } from 'vitest';
import { renderAt } from '@/shared/testing/render';
import { problem, server } from '@/shared/testing/server';
import JoinPage from './join-page';

async function fillIn({ user }: ReturnType<typeof renderAt>, email: string) {
  await user.type(screen.getByLabelText('Username'), 'anna');
  await user.type(screen.getByLabelText('E-mail'), email);
  await user.type(screen.getByLabelText('Password'), 'correct horse battery');
  await user.click(screen.getByRole('button', { name: 'Create account' }));
}

it('focuses the first invalid field, not the first field', async () => {
  await fillIn(renderAt('/join', <JoinPage />), 'no-address');
  const email = screen.getByLabelText('E-mail');
  await waitFor(() => expect(document.activeElement).toBe(email));
  expect(screen.getByLabelText('Username').getAttribute('aria-invalid')).toBeNull();
});

it("puts the server's refusal at its field and focuses it", async () => {
  server.use(http.post('/api/v1/auth/register', () => problem(409, 'username_taken')));
  await fillIn(renderAt('/join', <JoinPage />), 'anna@example.org');

  expect(await screen.findByText('This username is taken. Choose another.')).toBeTruthy();
  const name = screen.getByLabelText<HTMLInputElement>('Username');
  await waitFor(() => expect(document.activeElement).toBe(name));
  expect(screen.queryByRole('alert')).toBeNull();
  expect(screen.getByLabelText<HTMLInputElement>('E-mail').value).toBe('anna@example.org');
});
