import {basename} from 'node:path';
import {listRuns, readRun} from '../runs/readRun.ts';
import {runsDirectory} from '../runs/runFolder.ts';
import {UserError} from '../userError.ts';
import {runReport} from './runReport.ts';
import type {Tool} from './tool.ts';

export const readRunTool: Tool = {
  name: 'mlp_read_run',
  title: 'Read a stored MLP run',
  description:
    'Reads a stored run: scores of every variant with their spread over the folds, comparisons in words, why it failed. Give the folder of a run, or a .mlp.json document for its newest run of any kind.',
  inputs: {
    run: {type: 'text', description: 'Folder of a run, or path of a .mlp.json document.', isRequired: true},
  },
  isReadOnly: true,
  async run({run}, host) {
    const path = host.resolve(run as string);
    if (!path.endsWith('.mlp.json')) return runReport(readRun(path));
    const newest = listRuns(runsDirectory(path)).runs.find(found => found.run.document.name === basename(path));
    if (newest) return runReport(newest.run);
    throw new UserError(`No run of ${run} is stored yet: mlp_cross_validate makes one.`);
  },
};
