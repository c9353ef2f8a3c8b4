import { describe, expect, it } from 'vitest';
import type { Visibility } from '@/shared/api';
import { createUploadOptions } from './options';

const user = (default_visibility: Visibility, username = 'anna') => ({
  username,
  default_visibility,
});
const summer = { id: 'a1', title: 'Summer' };

describe('upload options', () => {
  it('are private until the user is known', () => {
    const options = createUploadOptions();
    expect(options.get().visibility).toBe('private');
    options.startFor(null);
    expect(options.get().visibility).toBe('private');
  });

  it.each(['public', 'unlisted', 'private'] as const)('start at the default %s', (visibility) => {
    const options = createUploadOptions();
    options.startFor(user(visibility));
    expect(options.get()).toEqual({ visibility, album: null });
  });

  it('keep the choice when the same user is set again', () => {
    const options = createUploadOptions();
    options.startFor(user('private'));
    options.choose('public');
    options.chooseAlbum(summer);
    options.startFor(user('private'));
    expect(options.get()).toEqual({ visibility: 'public', album: summer });
  });

  it('follow a default that changes after the choice', () => {
    const options = createUploadOptions();
    options.startFor(user('public'));
    options.choose('public');
    options.chooseAlbum(summer);
    options.startFor(user('private'));
    expect(options.get()).toEqual({ visibility: 'private', album: summer });
  });

  it('are reset for another user and on sign-out', () => {
    const options = createUploadOptions();
    options.startFor(user('public'));
    options.choose('public');
    options.chooseAlbum(summer);
    options.startFor(user('private', 'ben'));
    expect(options.get()).toEqual({ visibility: 'private', album: null });
    options.choose('public');
    options.startFor(null);
    expect(options.get().visibility).toBe('private');
  });

  it('notify their listeners', () => {
    const options = createUploadOptions();
    let notified = 0;
    const stop = options.subscribe(() => {
      notified += 1;
    });
    options.startFor(user('unlisted'));
    options.choose('public');
    stop();
    options.choose('private');
    expect(notified).toBe(2);
  });
});
