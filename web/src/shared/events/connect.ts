import { type PhotoEvent, parsePhotoEvent, photoEventTypes } from './types';

export type Listener = {
  onEvent: (event: PhotoEvent) => void;
  /** The stream opened: what happened before that moment may have been missed. */
  onOpen: () => void;
};

type Message = { kind: 'event'; event: PhotoEvent } | { kind: 'open' };

const firstRetryMs = 2_000;
const longestRetryMs = 60_000;

/**
 * Follows the user's events with one connection per browser, not per tab: over HTTP/1.1 a browser
 * opens six connections to a host, and each stream holds one. The tab that has the lock reads the
 * stream and repeats it to the others; when it closes, the lock goes to the next.
 *
 * @param user keeps two accounts in one browser apart
 * @returns closes the connection
 */
export function connectEvents(user: string, listener: Listener): () => void {
  const name = `vignette.events.${user}`;
  const channel = new BroadcastChannel(name);
  const stopped = new AbortController();
  const deliver = (message: Message) => {
    if (message.kind === 'event') listener.onEvent(message.event);
    else listener.onOpen();
  };
  channel.onmessage = (event: MessageEvent<Message>) => deliver(event.data);
  const publish = (message: Message) => {
    deliver(message);
    channel.postMessage(message);
  };
  const lead = () => readStream(publish, stopped.signal);

  // Web Locks exist only in secure contexts; over plain http on another host each tab reads alone.
  if (navigator.locks) {
    navigator.locks.request(name, { signal: stopped.signal }, lead).catch(ignoreAbort);
  } else {
    void readStream(deliver, stopped.signal);
  }
  return () => {
    stopped.abort();
    channel.close();
  };
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
}

/** Resolves when `signal` aborts. EventSource itself comes back after a lost connection, with the
    id of the last event; only after a refusal does it give up, and a new one is made. */
function readStream(publish: (message: Message) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let retryMs = firstRetryMs;

    const open = () => {
      source = new EventSource('/api/v1/events');
      source.onopen = () => {
        retryMs = firstRetryMs;
        publish({ kind: 'open' });
      };
      source.onerror = () => {
        if (source?.readyState !== EventSource.CLOSED) return;
        timer = setTimeout(open, retryMs);
        retryMs = Math.min(retryMs * 2, longestRetryMs);
      };
      for (const type of photoEventTypes) {
        source.addEventListener(type, (message: MessageEvent<string>) => {
          const event = parsePhotoEvent(type, message.data);
          if (event) publish({ kind: 'event', event });
        });
      }
    };
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      source?.close();
      resolve();
    });
    if (!signal.aborted) open();
  });
}
