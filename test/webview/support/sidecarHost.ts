import {readFileSync} from 'node:fs';
import type {FromPanel, ToPanel} from '../../../schemas/panel.ts';
import type {Notifications, RunState, StartRun} from '../../../schemas/protocol.ts';
import type {SidecarClient} from '../../support/sidecarClient.ts';

const PASSED_ON = ['mlpLab/runEvents', 'mlpLab/live', 'mlpLab/queueChanged'] as const;

/** What the extension host does for a panel, with a real sidecar: passes requests and notifications on. */
export function sidecarHost(sidecar: SidecarClient, state: RunState) {
  let toPage: ((message: ToPanel) => void) | null = null;
  for (const method of PASSED_ON) {
    sidecar.on(method, (params: Notifications[typeof method]) => {
      toPage?.({kind: 'notification', method, params} as ToPanel);
    });
  }
  return {
    onMessage(message: FromPanel, send: (message: ToPanel) => void): void {
      toPage = send;
      if (message.kind === 'ready') send({kind: 'show', directory: state.directory, state});
      if (message.kind !== 'request') return;
      const {id, method, params} = message;
      sidecar.request(method, params as never).then(
        result => send({kind: 'response', id, result}),
        (error: Error) => send({kind: 'refused', id, message: error.message}),
      );
    },
  };
}

/** Starts a run of all variants of a document, or a search, paused before its first batch. */
export async function startPaused(
  sidecar: SidecarClient,
  document: string,
  search?: StartRun['search'],
): Promise<RunState> {
  const text = readFileSync(document, 'utf8');
  const started = await sidecar.request('mlpLab/startRun', {
    kind: 'crossValidation',
    document,
    text,
    variants: null,
    paused: true,
    ...(search ? {search} : {}),
  });
  if (started.kind !== 'started') throw new Error(started.problems.map(({message}) => message).join(' '));
  return started.state;
}
