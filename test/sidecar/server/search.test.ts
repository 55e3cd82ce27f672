/** A search for the best setting, started from an editor. */
import {afterAll, beforeAll, expect, test} from 'vitest';
import {type ExperimentFolder, experimentFolder} from '../../support/experimentFolder.ts';
import {type SidecarClient, startSidecar} from '../../support/sidecarClient.ts';

let files: ExperimentFolder;
let client: SidecarClient;
beforeAll(async () => {
  files = experimentFolder();
  client = await startSidecar();
}, 60_000);
afterAll(async () => {
  await client?.close();
  files.remove();
});

test('a search runs like any other run, and stores what it found in words', async () => {
  const tune = {space: {'training.optimizer.learningRate': {values: [0.01, 0.1]}}, innerFolds: 2};
  const text = JSON.stringify({...JSON.parse(files.text({epochs: 1})), tune});
  const request = {kind: 'crossValidation', document: files.document, text, variants: null, search: 'tune'} as const;
  const ended = client.next('mlpLab/queueChanged', ({runs}) => runs.some(({status}) => status === 'completed'));
  const answer = await client.request('mlpLab/startRun', request);
  if (answer.kind !== 'started') throw new Error('the document is right');
  await ended;
  const run = await client.request('mlpLab/readRun', {directory: answer.state.directory});
  expect(run.document.text).toBe(text);
  expect(run.crossValidation!.tuning!.trials.map(({name}) => name)).toContain('learningRate 0.1');
  expect(run.crossValidation!.tuning!.words[0]).toMatch(/^The best of \d+ settings by /);
  expect(run.crossValidation!.tuning!.nested!.innerFolds).toBe(2);
});

test('a search for what the document does not name is refused in a sentence', async () => {
  const request = {kind: 'crossValidation', document: files.document, text: files.text({}), variants: null} as const;
  await expect(client.request('mlpLab/startRun', {...request, search: 'tune'})).rejects.toThrow(
    'The document has no "tune"',
  );
  await expect(client.request('mlpLab/startRun', {...request, search: 'luck' as 'tune'})).rejects.toThrow('search');
});

test('a search whose sidecar was killed is finished by the next one', async () => {
  const tune = {space: {'training.optimizer.learningRate': {values: [0.01, 0.1]}}, innerFolds: 0};
  const text = JSON.stringify({...JSON.parse(files.text({epochs: 3000})), tune});
  const request = {kind: 'crossValidation', document: files.document, text, variants: null, search: 'tune'} as const;
  const killed = await startSidecar();
  const answer = await killed.request('mlpLab/startRun', request);
  if (answer.kind !== 'started') throw new Error('the document is right');
  const {run, directory} = answer.state;
  const begun = killed.next('mlpLab/runEvents', ({events}) => events.some(({event}) => event === 'epochsEnded'));
  await killed.request('mlpLab/attach', {run, from: 0});
  await begun;
  killed.process.kill('SIGKILL');
  await killed.close();
  const ended = client.next('mlpLab/queueChanged', ({runs}) =>
    runs.some(one => one.run === run && one.status === 'completed'),
  );
  await client.request('mlpLab/resumeStoredRun', {directory});
  await ended;
  const resumed = await client.request('mlpLab/readRun', {directory});
  const again = await client.request('mlpLab/startRun', request);
  if (again.kind !== 'started') throw new Error('the document is right');
  await client.next('mlpLab/queueChanged', ({runs}) =>
    runs.some(one => one.run === again.state.run && one.status === 'completed'),
  );
  const undisturbed = await client.request('mlpLab/readRun', {directory: again.state.directory});
  expect(resumed.crossValidation!.digest).toBe(undisturbed.crossValidation!.digest);
  expect(resumed.crossValidation!.tuning!.winner).toBe(undisturbed.crossValidation!.tuning!.winner);
});
