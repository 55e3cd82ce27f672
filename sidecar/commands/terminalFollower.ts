import type {Follower} from '../answers/follower.ts';

/** A person at a terminal, who is told on one line of standard error how far an answer is, and presses Ctrl-C. */
export interface TerminalFollower extends Follower {
  /** Clears the line, and leaves Ctrl-C to others. */
  dispose(): void;
}

export function terminalFollower(): TerminalFollower {
  const controller = new AbortController();
  const cancel = () => controller.abort();
  process.once('SIGINT', cancel);
  const {isTTY} = process.stderr;
  let shown = '';
  return {
    signal: controller.signal,
    onProgress(share, words) {
      const line = [`${Math.floor(share * 100)} %`, ...(words === undefined ? [] : [words])].join(', ');
      if (!isTTY || line === shown) return;
      shown = line;
      process.stderr.write(`\r\u001b[K${line}`);
    },
    dispose() {
      process.off('SIGINT', cancel);
      if (shown !== '') process.stderr.write('\r\u001b[K');
    },
  };
}
