/**
 * Calls `onSilence` once nothing was heard for `ms`: a line can be gone without either end being
 * told, and a browser then waits for a quarter of an hour.
 */
export function watchSilence(ms: number, onSilence: () => void) {
  let timer = setTimeout(onSilence, ms);
  const stop = () => clearTimeout(timer);
  return {
    heard() {
      stop();
      timer = setTimeout(onSilence, ms);
    },
    stop,
  };
}
