/**
 * `node scripts/recordStream.ts DOCUMENT OUT [--watch VARIANT [--fold N]] [--train]`: runs a document on a real sidecar and
 * writes all that a client sees of it as JSON: what a test or a page can be shown without a sidecar. Typed arrays are
 * written as {"typed": "Uint32Array", "values": [...]}; `readStream` of test/support/recordedStream.ts reads them back.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {parseArgs} from 'node:util';
import type {StartRun} from '../schemas/protocol.ts';
import {encodeTyped, type RecordedStream} from '../test/support/recordedStream.ts';
import {startSidecar} from '../test/support/sidecarClient.ts';

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {
    watch: {type: 'string'},
    fold: {type: 'string', default: '1'},
    rate: {type: 'string', default: '10'},
    train: {type: 'boolean', default: false},
    keep: {type: 'boolean', default: false},
  },
});
const [documentPath, out] = positionals;
if (!documentPath || !out) {
  console.error('node scripts/recordStream.ts DOCUMENT OUT [--watch VARIANT] [--fold N] [--rate N] [--train] [--keep]');
  process.exit(2);
}

const document = resolve(documentPath);
const sidecar = await startSidecar();
const started = performance.now();
const messages: RecordedStream['messages'][number][] = [];
const keep = (method: 'mlpLab/runEvents' | 'mlpLab/live' | 'mlpLab/queueChanged') =>
  sidecar.on(method, params => {
    messages.push({at: Math.round(performance.now() - started), method, params} as (typeof messages)[number]);
  });
keep('mlpLab/runEvents');
keep('mlpLab/live');
keep('mlpLab/queueChanged');

const start: StartRun = {
  kind: values.train ? 'training' : 'crossValidation',
  document,
  text: readFileSync(document, 'utf8'),
  variants: null,
  paused: true,
};
const answer = await sidecar.request('mlpLab/startRun', start);
if (answer.kind === 'wrongInput') {
  for (const {message} of answer.problems) console.error(message);
  process.exit(1);
}
const {run, directory} = answer.state;
const attached = await sidecar.request('mlpLab/attach', {run, from: 0});
if (values.watch !== undefined) {
  const place = {variant: values.watch, repeat: values.train ? 0 : 1, fold: values.train ? 0 : Number(values.fold)};
  const watched = {...place, layers: null, rate: Number(values.rate)};
  await sidecar.request('mlpLab/watch', {run, watched});
}
const ended = sidecar.next('mlpLab/queueChanged', ({runs}) =>
  runs.some(one => one.run === run && !['queued', 'running', 'paused'].includes(one.status)),
);
const lastEvent = sidecar.next('mlpLab/runEvents', ({events}) => events.some(({event}) => event === 'runEnded'));
await sidecar.request('mlpLab/continueRun', {run});
await Promise.all([ended, lastEvent]);

const recorded: RecordedStream = {
  machine: await sidecar.request('mlpLab/readMachine', {}),
  state: attached,
  messages,
  run: await sidecar.request('mlpLab/readRun', {directory}),
  runs: await sidecar.request('mlpLab/listRuns', {document}),
  events: await sidecar.request('mlpLab/readEvents', {directory}),
  predictions: await sidecar.request('mlpLab/readPredictions', {directory}),
};
writeFileSync(out, JSON.stringify(recorded, encodeTyped));
if (!values.keep) await sidecar.request('mlpLab/deleteRun', {directory});
await sidecar.close();
const lives = messages.filter(({method}) => method === 'mlpLab/live').length;
console.log(`${out}: ${recorded.events.length} events, ${lives} live states, ${recorded.predictions.length} folds`);
