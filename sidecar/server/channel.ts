import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  Disposable,
  type Message,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc/node';
import {admit, type Refusal} from './door.ts';

/** Two ends that send each other values of JavaScript: the channel of a child process, or a pair in memory. */
export interface Channel {
  /** Resolves when the other side's buffers have taken the message: who waits for it never has more than one under way. */
  send(message: unknown): Promise<void>;
  onMessage(listener: (message: unknown) => void): void;
  onClosed(listener: () => void): void;
}

/** The channel to the parent of this process, which must have been forked with `serialization: 'advanced'`. */
export function parentChannel(): Channel {
  return {
    send: message =>
      new Promise((resolve, reject) => {
        if (!process.send) throw new Error('the process was not forked: it has no channel to a parent');
        process.send(message, undefined, undefined, error => (error ? reject(error) : resolve()));
      }),
    onMessage: listener => process.on('message', listener),
    onClosed: listener => process.on('disconnect', listener),
  };
}

/**
 * What vscode-jsonrpc reads from and writes to. Between channel and library stands the door: what it refuses is
 * answered here, and the library sees requests of the right shape alone.
 */
export function guardedTransport(channel: Channel): {reader: MessageReader; writer: MessageWriter} {
  const open = new Set<number | string>();
  return {reader: new GuardedReader(channel, open), writer: new ChannelWriter(channel, open)};
}

class GuardedReader extends AbstractMessageReader {
  readonly #channel: Channel;
  readonly #open: Set<number | string>;

  constructor(channel: Channel, open: Set<number | string>) {
    super();
    this.#channel = channel;
    this.#open = open;
    channel.onClosed(() => this.fireClose());
  }

  listen(callback: DataCallback): Disposable {
    this.#channel.onMessage(message => {
      const admission = admit(message, id => this.#open.has(id));
      switch (admission.kind) {
        case 'request':
          this.#open.add(admission.request.id);
          callback(admission.request);
          break;
        case 'notification':
          callback(admission.message as Message);
          break;
        case 'refused':
          this.#refuse(admission.refusal);
      }
    });
    return Disposable.create(() => undefined);
  }

  #refuse(refusal: Refusal): void {
    // A client that is gone needs no answer.
    this.#channel.send(refusal).catch(() => undefined);
  }
}

class ChannelWriter extends AbstractMessageWriter {
  readonly #channel: Channel;
  readonly #open: Set<number | string>;

  constructor(channel: Channel, open: Set<number | string>) {
    super();
    this.#channel = channel;
    this.#open = open;
  }

  write(message: Message): Promise<void> {
    if ('id' in message && !('method' in message)) this.#open.delete(message.id as number | string);
    return this.#channel.send(message);
  }

  end(): void {}
}
