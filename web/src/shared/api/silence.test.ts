import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchSilence } from './silence';

describe('watchSilence', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('fires after a period without activity', () => {
    const onSilence = vi.fn();
    const watch = watchSilence(1_000, onSilence);
    vi.advanceTimersByTime(900);
    watch.activity();
    vi.advanceTimersByTime(999);
    expect(onSilence).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onSilence).toHaveBeenCalledOnce();
  });

  it('does not fire after it is stopped', () => {
    const onSilence = vi.fn();
    watchSilence(1_000, onSilence).stop();
    vi.advanceTimersByTime(5_000);
    expect(onSilence).not.toHaveBeenCalled();
  });
});
