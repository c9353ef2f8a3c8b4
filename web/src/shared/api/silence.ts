/**
 * Call `onSilence` after `ms` without activity: a dead connection can go unnoticed for fifteen
 * minutes.
 */
export function watchSilence(ms: number, onSilence: () => void) {
  let timer = setTimeout(onSilence, ms);
  const stop = () => clearTimeout(timer);
  return {
    activity() {
      stop();
      timer = setTimeout(onSilence, ms);
    },
    stop,
  };
}
