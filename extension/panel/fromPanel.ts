import type {FromPanel, PanelMethod} from '../../schemas/panel.ts';

/** What a panel may ask of the sidecar. Typed by the keys, so that a new method must be decided on here. */
const passedOn: {readonly [M in PanelMethod]: true} = {
  'mlpLab/pauseRun': true,
  'mlpLab/continueRun': true,
  'mlpLab/stepRun': true,
  'mlpLab/cancelRun': true,
  'mlpLab/moveRun': true,
  'mlpLab/readQueue': true,
  'mlpLab/attach': true,
  'mlpLab/detach': true,
  'mlpLab/watch': true,
  'mlpLab/readMasks': true,
  'mlpLab/readDropCounts': true,
  'mlpLab/readLayers': true,
  'mlpLab/readSurface': true,
  'mlpLab/listRuns': true,
  'mlpLab/readRun': true,
  'mlpLab/readEvents': true,
  'mlpLab/readPredictions': true,
  'mlpLab/deleteRun': true,
  'mlpLab/readMachine': true,
};

/** @returns undefined for what no panel of this version sends */
export function parseFromPanel(message: unknown): FromPanel | undefined {
  if (!isRecord(message)) return undefined;
  switch (message.kind) {
    case 'ready':
      return {kind: 'ready'};
    case 'request': {
      const {id, method, params} = message;
      const isKnown = typeof method === 'string' && Object.hasOwn(passedOn, method);
      if (!isKnown || typeof id !== 'number' || !isRecord(params)) return undefined;
      return {kind: 'request', id, method, params} as FromPanel; // The sidecar checks the parameters.
    }
    case 'openDataLine':
      return Number.isInteger(message.line) ? {kind: 'openDataLine', line: message.line as number} : undefined;
    case 'openDocument':
      return {kind: 'openDocument', layer: typeof message.layer === 'string' ? message.layer : null};
    case 'saveFile': {
      const {name, content} = message;
      if (typeof name !== 'string' || !(typeof content === 'string' || content instanceof Uint8Array)) return undefined;
      return {kind: 'saveFile', name, content};
    }
    case 'failed':
      return typeof message.message === 'string' ? {kind: 'failed', message: message.message} : undefined;
    default:
      return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
