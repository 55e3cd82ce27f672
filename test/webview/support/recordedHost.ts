import type {FromPanel, ToPanel} from '../../../schemas/panel.ts';
import type {NetworkPlace, RunState, Watched} from '../../../schemas/protocol.ts';
import type {Recording} from './recordRun.ts';

const DIRECTORY = '/runs/recorded';

export interface RecordedHost {
  onMessage(message: FromPanel, send: (message: ToPanel) => void): void;
  /** Every message of the page so far, `request` and others. */
  readonly heard: readonly FromPanel[];
  /** What the page watches now. */
  watched(): Watched | null;
}

/**
 * Answers a page from a recording.
 * @param state the run is shown live; null: as it is stored
 * @param layer which the page shows first
 */
export function recordedHost(recording: Recording, state: RunState | null = null, layer?: string): RecordedHost {
  const heard: FromPanel[] = [];
  let watched: Watched | null = null;
  const answer = (message: Extract<FromPanel, {kind: 'request'}>): unknown => {
    switch (message.method) {
      case 'mlpLab/readRun':
        return state ? {...recording.stored, status: 'running', crossValidation: undefined} : recording.stored;
      case 'mlpLab/readEvents':
        return recording.events;
      case 'mlpLab/readPredictions':
        return recording.predictions;
      case 'mlpLab/readMasks': {
        const {epoch, batch} = message.params;
        return recording.masks(placeOf(message.params), epoch, batch);
      }
      case 'mlpLab/readDropCounts':
        return recording.dropCounts(placeOf(message.params), message.params.fromEpoch, message.params.toEpoch);
      case 'mlpLab/readLayers':
        return recording.pastLayers(placeOf(message.params), message.params.epochs);
      case 'mlpLab/readSurface':
        return recording.surface(placeOf(message.params), message.params);
      case 'mlpLab/watch':
        watched = message.params.watched;
        return {};
      case 'mlpLab/attach':
        return state;
      case 'mlpLab/pauseRun':
      case 'mlpLab/stepRun':
        return {...state, status: 'paused'};
      case 'mlpLab/continueRun':
        return state;
      case 'mlpLab/cancelRun':
        return {...state, status: 'cancelled'};
      default:
        throw new Error(`The recording cannot answer ${message.method}.`);
    }
  };
  return {
    heard,
    watched: () => watched,
    onMessage(message, send) {
      heard.push(message);
      if (message.kind === 'ready')
        send({kind: 'show', directory: DIRECTORY, state, ...(layer === undefined ? {} : {layer})});
      if (message.kind !== 'request') return;
      try {
        send({kind: 'response', id: message.id, result: answer(message)});
      } catch (error) {
        send({kind: 'refused', id: message.id, message: (error as Error).message});
      }
    },
  };
}

function placeOf({variant, repeat, fold}: NetworkPlace): NetworkPlace {
  return {variant, repeat, fold};
}

export function runningState(recording: Recording): RunState {
  return {
    run: 'recorded',
    directory: DIRECTORY,
    document: recording.stored.document.name,
    kind: 'crossValidation',
    status: 'running',
    place: null,
    progress: 0,
    secondsLeft: 42,
    events: 0,
    training: [],
  };
}
