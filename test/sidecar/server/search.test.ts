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
