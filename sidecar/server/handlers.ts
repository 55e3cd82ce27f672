import packageJson from '../../package.json' with {type: 'json'};
import {PROTOCOL_VERSION, type Requests} from '../../schemas/protocol.ts';
import {DataError} from '../data/dataError.ts';
import {readDataOverview} from '../experiment/dataOverview.ts';
import {draftDocument} from '../experiment/draftDocument.ts';
import {callTool, confirmationOf} from '../tools/tools.ts';
import {UserError} from '../userError.ts';
import {batchMasks} from '../watching/batchMasks.ts';
import {countDrops} from '../watching/countDrops.ts';
import {decisionSurface} from '../watching/decisionSurface.ts';
import {layersAt} from '../watching/layersAt.ts';
import {trainedNetwork} from '../watching/trainedNetwork.ts';
import {createAnswers} from './answers.ts';
import type {Lab} from './lab.ts';
import type {Log} from './log.ts';
import {readMachine} from './machine.ts';
import type {Outbox} from './outbox.ts';
import type {StoredRuns} from './storedRuns.ts';
import {toolHost} from './toolHost.ts';

/** @param signal aborted when the answer is not wanted any more */
type Handler<M extends keyof Requests> = (
  params: Requests[M][0],
  signal: AbortSignal,
) => Requests[M][1] | Promise<Requests[M][1]>;
/** What answers each request. Throws a UserError where the answer is no. */
export type Handlers = {readonly [M in keyof Requests]: Handler<M>};

export interface HandlerParts {
  readonly lab: Lab;
  readonly storedRuns: StoredRuns;
  readonly log: Log;
  /** Of the client that asks. */
  readonly outbox: Outbox;
}

const NOTHING = {} as Record<string, never>;

export function createHandlers({lab, storedRuns, log, outbox}: HandlerParts): Handlers {
  const handlers: Handlers = {
    'mlpLab/hello': ({version}) => {
      if (version !== PROTOCOL_VERSION) {
        throw new UserError(
          `The editor speaks version ${version} of the protocol, this sidecar version ${PROTOCOL_VERSION}: reload the window, so that both are of one release.`,
        );
      }
      return {version: PROTOCOL_VERSION, release: packageJson.version, machine: readMachine()};
    },
    'mlpLab/startRun': request => lab.start(request),
    'mlpLab/resumeStoredRun': ({directory}) => lab.resume(directory),
    'mlpLab/pauseRun': ({run}) => changed(run, one => one.pause()),
    'mlpLab/continueRun': ({run}) => changed(run, one => one.proceed()),
    'mlpLab/stepRun': ({run, by}) => changed(run, one => one.step(by)),
    'mlpLab/cancelRun': ({run}) => changed(run, one => one.cancel()),
    'mlpLab/moveRun': ({run, place}) => {
      lab.move(lab.find(run), place);
      return lab.queue();
    },
    'mlpLab/readQueue': () => lab.queue(),
    'mlpLab/attach': ({run, from}) => {
      const one = lab.find(run);
      const count = one.events.count;
      if (from > count)
        throw new UserError(`The run has ${count} events so far, and none to tell from number ${from} on.`);
      outbox.attach(run, one.events, from);
      return lab.stateOf(one);
    },
    'mlpLab/detach': ({run}) => {
      outbox.detach(run);
      return NOTHING;
    },
    'mlpLab/watch': ({run, watched}) => {
      lab.find(run).watch(watched);
      outbox.showLive(run, watched !== null);
      return NOTHING;
    },
    'mlpLab/readMasks': async ({directory, variant, repeat, fold, epoch, batch, layers}) => {
      const experiment = await experimentOf(directory);
      return batchMasks(trainedNetwork(experiment, {variant, repeat, fold}), {epoch, batch}, layers);
    },
    'mlpLab/readDropCounts': async ({directory, variant, repeat, fold, fromEpoch, toEpoch}) => {
      const experiment = await experimentOf(directory);
      return countDrops(trainedNetwork(experiment, {variant, repeat, fold}), {fromEpoch, toEpoch});
    },
    'mlpLab/readLayers': async ({directory, epochs, variant, repeat, fold}) =>
      layersAt(await experimentOf(directory), {variant, repeat, fold}, epochs),
    'mlpLab/readSurface': async ({directory, variant, repeat, fold, epoch, features, size}) =>
      decisionSurface(await experimentOf(directory), {variant, repeat, fold}, {epoch, features, size}),
    'mlpLab/listRuns': ({document}) => storedRuns.list(document),
    'mlpLab/readRun': ({directory}) => storedRuns.read(directory),
    'mlpLab/readEvents': ({directory}) => storedRuns.readEvents(directory),
    'mlpLab/readPredictions': ({directory}) => storedRuns.readPredictions(directory),
    'mlpLab/deleteRun': ({directory}) => {
      storedRuns.delete(directory);
      log.info('a stored run was deleted');
      return NOTHING;
    },
    ...createAnswers(storedRuns, outbox, log),
    'mlpLab/readMachine': () => readMachine(),
    'mlpLab/readData': async ({file}) => {
      try {
        return await readDataOverview(file);
      } catch (error) {
        if (error instanceof DataError) throw new UserError(error.message);
        throw error;
      }
    },
    'mlpLab/draftDocument': ({data, target}) => ({text: draftDocument(data, target)}),
    'mlpLab/confirmTool': async ({name, input, folders}) => ({
      text: await confirmationOf(name, input, toolHost(lab, storedRuns, folders)),
    }),
    'mlpLab/callTool': async ({name, input, folders}) => ({
      text: await callTool(name, input, toolHost(lab, storedRuns, folders)),
    }),
  };

  async function changed(id: string, change: (run: ReturnType<Lab['find']>) => void | Promise<void>) {
    const run = lab.find(id);
    await change(run);
    return lab.stateOf(run);
  }

  async function experimentOf(directory: string) {
    return lab.findIn(directory)?.experiment ?? storedRuns.loadExperiment(directory);
  }

  return greetedFirst(handlers);
}

/** Whoever speaks another version must not be answered by accident: first both sides tell theirs. */
function greetedFirst(handlers: Handlers): Handlers {
  let greeted = false;
  const guarded = Object.entries(handlers).map(([method, handle]) => [
    method,
    (params: never, signal: AbortSignal) => {
      if (method === 'mlpLab/hello') {
        const hello = handle(params, signal);
        greeted = true;
        return hello;
      }
      if (!greeted) throw new UserError('Say mlpLab/hello first.');
      return handle(params, signal);
    },
  ]);
  return Object.fromEntries(guarded) as Handlers;
}
