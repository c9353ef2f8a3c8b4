import { type PhotoEvent, parsePhotoEvent, photoEventTypes } from './types';

export type Listener = {
  onEvent: (event: PhotoEvent) => void;
  /** The stream opened; earlier events may have been missed. */
  onOpen: () => void;
};

type Message = { kind: 'event'; event: PhotoEvent } | { kind: 'open' };

const firstRetryMs = 2_000;
const longestRetryMs = 60_000;

/**
 * Receive the user's events over one connection per browser: HTTP/1.1 allows six per host, and each
 * stream holds one. The tab with the lock reads the stream and broadcasts it; when it closes,
 * another tab takes over.
 *
 * @param user separates two accounts in one browser
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

  // Web Locks require a secure context; without them each tab reads on its own.
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

/**
 * Resolves when `signal` aborts. EventSource reconnects by itself with the last event id; only
 * after an HTTP error does it give up and need a new instance.
 */
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
