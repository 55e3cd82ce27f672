import {basename} from 'node:path';
import {explainedNetworks, explainVariant} from '../answers/explainVariant.ts';
import {SHOWN} from '../evaluation/metrics.ts';
import {loadExperiment} from '../experiment/loadExperiment.ts';
import {explanationPage} from '../report/explanationPage.ts';
import {htmlPage} from '../report/htmlPage.ts';
import {markdownPage} from '../report/markdownPage.ts';
import type {Page} from '../report/page.ts';
import {defaultWorkers} from '../runners/workerThread.ts';
import {disk} from '../runs/fileSystem.ts';
import {writeNamedFile} from '../runs/files.ts';
import {explanationReport} from '../terminal/explanationReport.ts';
import {printable} from '../terminal/table.ts';
import {EXIT} from '../userError.ts';
import {tellProblems} from './tellProblems.ts';
import {terminalFollower} from './terminalFollower.ts';

export interface ExplainOptions {
  readonly variant?: string;
  readonly epochs?: number;
  readonly workers?: number;
  /** How often each column is shuffled in each fold. */
  readonly shuffles: number;
  /** Whether the learning curve, which trains most, is left out. */
  readonly curve: boolean;
  /** File that it is written to as a page. */
  readonly out?: string;
  readonly json?: boolean;
}

/** `mlp explain FILE`. @returns the exit code */
export async function explainDocument(file: string, options: ExplainOptions): Promise<number> {
  const {experiment, problems} = await loadExperiment(file, {
    ...(options.variant === undefined ? {} : {variants: [options.variant]}),
    ...(options.epochs === undefined ? {} : {'training.epochs': options.epochs}),
  });
  tellProblems(problems, file);
  if (!experiment) return EXIT.wrongInput;
  const name = printable(experiment.variants[0]!.name);
  process.stderr.write(`Training ${explainedNetworks(experiment, options)} networks of "${name}" …\n`);
  const follower = terminalFollower();
  try {
    const settings = {...options, workers: options.workers ?? defaultWorkers()};
    const explanation = await explainVariant(experiment, settings, follower);
    follower.dispose();
    if (!explanation) return EXIT.cancelled;
    const shown = SHOWN[experiment.target.task];
    // Said before it is written: what took minutes is not lost where a file cannot be.
    console.log(options.json ? JSON.stringify(explanation) : explanationReport(explanation, shown));
    if (options.out !== undefined) writePage(options.out, explanationPage(explanation, basename(file), shown));
    return EXIT.done;
  } finally {
    follower.dispose();
  }
}

function writePage(out: string, page: Page): void {
  const text = /\.md$/i.test(out) ? markdownPage(page) : htmlPage(page);
  writeNamedFile(disk, out, text);
}
