/** The life of the sidecar, with real processes: test/fixtures/sidecars speak the protocol, or fail to. */
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';
import {afterEach, describe, expect, test} from 'vitest';
import {Sidecar} from '../../extension/sidecar/sidecar.ts';
import {type NotificationHandlers, type SidecarProcess, startSidecar} from '../../extension/sidecar/sidecarProcess.ts';
import type {Notifications} from '../../schemas/protocol.ts';

const program = (name: string) => fileURLToPath(new URL(`../fixtures/sidecars/${name}.ts`, import.meta.url));
const ignored: NotificationHandlers = {
  'mlpLab/runEvents': () => {},
  'mlpLab/live': () => {},
  'mlpLab/queueChanged': () => {},
  'mlpLab/answerProgressed': () => undefined,
  'mlpLab/logged': () => {},
};

function start(name: string, {helloMs = 30_000, handlers = ignored, lines = [] as string[]} = {}) {
  return startSidecar({program: program(name), helloMs, onOutput: line => lines.push(line)}, handlers);
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a sidecar process', () => {
  test('answers, and ends by itself when it is stopped', async () => {
    const sidecar = await start('speaking');
    expect(sidecar.hello.release).toBe(String(sidecar.pid));
    await sidecar.stop();
    expect(await sidecar.ended).toBe('it ended with code 0');
    expect(isAlive(sidecar.pid)).toBe(false);
  });

  test('what it refuses comes as a sentence for the user', async () => {
    const sidecar = await start('speaking');
    await expect(sidecar.request('mlpLab/readRun', {directory: '/nowhere'})).rejects.toMatchObject({
      name: 'UserError',
      message: 'There is no run in /nowhere.',
    });
    await sidecar.stop();
  });

  test('typed arrays of a notification arrive as they were sent', async () => {
    const received: Notifications['mlpLab/live'][] = [];
    const handlers = {...ignored, 'mlpLab/live': (live: Notifications['mlpLab/live']) => received.push(live)};
    const sidecar = await start('speaking', {handlers});
    await sidecar.request('mlpLab/readQueue', {});
    expect(received).toMatchObject([{sent: new Float32Array([0.5])}]);
    await sidecar.stop();
  });

  test('does not inherit what debuggers and editors set', async () => {
    process.env.VSCODE_TEST = '1';
    process.env.NODE_OPTIONS = '--no-warnings';
    try {
      const sidecar = await start('speaking');
      const inherited = JSON.parse((await sidecar.request('mlpLab/readMachine', {})).node);
      expect(inherited.ELECTRON_RUN_AS_NODE).toBe('1');
      expect(inherited).not.toHaveProperty('VSCODE_TEST');
      expect(inherited).not.toHaveProperty('NODE_OPTIONS');
      await sidecar.stop();
    } finally {
      delete process.env.VSCODE_TEST;
      delete process.env.NODE_OPTIONS;
    }
  });

  test('a request that it dies of is answered with an error', async () => {
    const sidecar = await start('speaking');
    const asked = sidecar.request('mlpLab/deleteRun', {directory: '/'});
    await expect(asked).rejects.toThrow('The sidecar is gone: it ended with code 7.');
  });

  test.each([
    ['silent', 'The sidecar did not answer within 0.5 seconds.', 500],
    ['older', 'The sidecar speaks version 0 of the protocol, the editor 1.', 30_000],
    ['broken', 'The sidecar is gone: it ended with code 3.', 30_000],
  ])('one that is %s is not used', async (name, message, helloMs) => {
    await expect(start(name, {helloMs})).rejects.toThrow(message);
  });

  test('what it writes before its end is kept for the log', async () => {
    const lines: string[] = [];
    await expect(start('broken', {lines})).rejects.toThrow();
    await expect.poll(() => lines).toEqual(['kernels-strict.wasm is missing']);
  });
});

describe('the sidecar of a window', () => {
  let sidecar: Sidecar | undefined;
  afterEach(() => sidecar?.dispose());

  /** @param isNeeded whether something depends on it */
  function create(isNeeded: boolean) {
    const processes: SidecarProcess[] = [];
    sidecar = new Sidecar({
      isNeeded: () => isNeeded,
      restartPausesMs: [1, 10, 100],
      async start(handlers) {
        const started = await start('speaking', {handlers});
        processes.push(started);
        return started;
      },
    });
    return {sidecar, processes};
  }

  test('starts with the first request, once', async () => {
    const {sidecar, processes} = create(false);
    expect(sidecar.isRunning).toBe(false);
    await Promise.all([sidecar.request('mlpLab/readQueue', {}), sidecar.request('mlpLab/readQueue', {})]);
    expect(processes).toHaveLength(1);
  });

  test('is started again when it dies while something depends on it, three times', async () => {
    const {sidecar, processes} = create(true);
    await sidecar.request('mlpLab/readQueue', {});
    for (let death = 1; death <= 3; death++) {
      const [died, started] = [once(sidecar, 'died'), once(sidecar, 'started')];
      process.kill(processes.at(-1)!.pid, 'SIGKILL');
      expect(await died).toEqual(['it was ended by SIGKILL', true]);
      await started;
    }
    const died = once(sidecar, 'died');
    process.kill(processes.at(-1)!.pid, 'SIGKILL');
    expect(await died).toEqual(['it was ended by SIGKILL', false]);
    expect(sidecar.isRunning).toBe(false);
  });

  test('is not started again when nothing depends on it, until it is asked', async () => {
    const {sidecar, processes} = create(false);
    await sidecar.request('mlpLab/readQueue', {});
    const died = once(sidecar, 'died');
    process.kill(processes[0]!.pid, 'SIGKILL');
    expect(await died).toEqual(['it was ended by SIGKILL', false]);
    await sidecar.request('mlpLab/readQueue', {});
    expect(processes).toHaveLength(2);
  });

  test('a restart that the user asks for is no death', async () => {
    const {sidecar, processes} = create(true);
    await sidecar.request('mlpLab/readQueue', {});
    const deaths: string[] = [];
    sidecar.on('died', reason => deaths.push(reason));
    await sidecar.restart();
    expect(processes).toHaveLength(2);
    expect(isAlive(processes[0]!.pid)).toBe(false);
    expect(deaths).toEqual([]);
  });

  test('when the window closes, its process ends', async () => {
    const {sidecar, processes} = create(true);
    await sidecar.request('mlpLab/readQueue', {});
    await sidecar.dispose();
    expect(isAlive(processes[0]!.pid)).toBe(false);
    await expect(sidecar.request('mlpLab/readQueue', {})).rejects.toThrow('The window is closing.');
  });
});
