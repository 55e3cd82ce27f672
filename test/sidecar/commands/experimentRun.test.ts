import {rmSync} from 'node:fs';
import {expect, test, vi} from 'vitest';
import {runPrepared} from '../../../sidecar/commands/experimentRun.ts';
import {prepareRun} from '../../../sidecar/running/prepareRun.ts';
import {createRunFolder} from '../../../sidecar/runs/runFolder.ts';
import {smallExperiments} from '../../support/smallExperiment.ts';
import {storedRun} from '../../support/storedRun.ts';

const {write} = smallExperiments();

test.each([
  ['is still there', () => {}, true],
  ['was deleted meanwhile', (directory: string) => rmSync(directory, {recursive: true}), false],
  [
    'is another run’s by now',
    (directory: string) => {
      rmSync(directory, {recursive: true});
      createRunFolder(directory, storedRun('another')).dispose();
    },
    false,
  ],
])(
  'a run that fails, and whose folder %s, says how to finish it only where that can be',
  async (_, meanwhile, isTold) => {
    const {run} = await prepareRun({kind: 'crossValidation', document: write({}), overrides: {}});
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    try {
      const body = async () => {
        meanwhile(run!.directory);
        return {status: 'failed', failure: new Error('no more'), result: {}} as const;
      };
      await expect(runPrepared(run!, {workers: 1}, body, () => '')).rejects.toThrow('no more');
      expect(error.mock.calls.flat().join('\n').includes('To finish this run: mlp cv --resume ')).toBe(isTold);
    } finally {
      error.mockRestore();
    }
  },
);
