import type {Channel} from '../../sidecar/server/channel.ts';

/** A client and a server in one process. */
export interface MemoryChannel {
  /** The server's end. */
  readonly channel: Channel;
  /** Sends as a client does, whatever it is. */
  send(message: unknown): void;
  /** What the server sent so far. */
  readonly received: unknown[];
  close(): void;
}

/** @param take resolves when the client has read a message; by default at once */
export function memoryChannel(take: () => Promise<void> = async () => {}): MemoryChannel {
  const received: unknown[] = [];
  const listeners: ((message: unknown) => void)[] = [];
  const closing: (() => void)[] = [];
  return {
    channel: {
      send(message) {
        received.push(message);
        return take();
      },
      onMessage: listener => listeners.push(listener),
      onClosed: listener => closing.push(listener),
    },
    send(message) {
      for (const listener of listeners) listener(message);
    },
    received,
    close() {
      for (const listener of closing) listener();
    },
  };
}
