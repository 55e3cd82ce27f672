/** Commands of the extension. The language server names them in code lenses and hovers, the manifest lists them. */
export const COMMANDS = {
  trainModel: 'mlpLab.trainModel',
  crossValidate: 'mlpLab.crossValidate',
  compareVariants: 'mlpLab.compareVariants',
  tuneDropout: 'mlpLab.tuneDropout',
  tune: 'mlpLab.tune',
  followTips: 'mlpLab.followTips',
  findLearningRate: 'mlpLab.findLearningRate',
  explain: 'mlpLab.explain',
  writeReport: 'mlpLab.writeReport',
  predictFile: 'mlpLab.predictFile',
  gate: 'mlpLab.gate',
  pauseRun: 'mlpLab.pauseRun',
  resumeRun: 'mlpLab.resumeRun',
  cancelRun: 'mlpLab.cancelRun',
  showPanel: 'mlpLab.showPanel',
  showLog: 'mlpLab.showLog',
  newExperiment: 'mlpLab.newExperiment',
  openExample: 'mlpLab.openExample',
  showRunHistory: 'mlpLab.showRunHistory',
  restartSidecar: 'mlpLab.restartSidecar',
} as const;

/** Commands that only the view offers: they are about the run that was clicked. */
export const RUN_COMMANDS = {
  show: 'mlpLab.runs.show',
  openResolved: 'mlpLab.runs.openResolved',
  compare: 'mlpLab.runs.compare',
  diff: 'mlpLab.runs.diff',
  diffWithDocument: 'mlpLab.runs.diffWithDocument',
  restore: 'mlpLab.runs.restore',
  resume: 'mlpLab.runs.resume',
  delete: 'mlpLab.runs.delete',
  refresh: 'mlpLab.runs.refresh',
} as const;

/** Argument of the commands that concern a document, as the language server writes it into a lens. */
export interface DocumentCommand {
  /** URI of the document. */
  readonly uri: string;
  /** Names of variants; absent: all. */
  readonly variants?: readonly string[];
  /** Folder of a stored run, for `showPanel` and what is asked about a run. */
  readonly run?: string;
  /** Layer that the panel shows first. */
  readonly layer?: string;
}

/** Notification to the language server: stored runs of a document changed, so lenses and hovers are stale. Params: `{uri}`. */
export const RUNS_CHANGED = 'mlpLab/runsChanged';
