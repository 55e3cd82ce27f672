import {performance} from 'node:perf_hooks';
import {createInterface} from 'node:readline';
import {type CaseFile, readCase} from '../comparison/caseFile.ts';
import type {Answer, Question} from '../comparison/process.ts';

/** One program that trains, in a process of its own. */
export interface Contestant {
  /** Name and version of what trains. */
  readonly about: string;
  /** Makes ready to train a case from its initial weights; what was trained before is forgotten. */
  prepare(one: CaseFile): void | Promise<void>;
  /**
   * Goes on training.
   * @param losses whether the loss of each step is wanted; else it need not be computed
   * @returns the steps done, at least about as many as asked for, and their losses
   */
  train(steps: number, losses: boolean): Trained | Promise<Trained>;
}

export interface Trained {
  readonly steps: number;
  readonly losses: readonly number[];
}

/** Answers questions, one JSON object a line, from standard input to standard output until the input ends. */
export async function serve(contestant: Contestant): Promise<void> {
  for await (const line of createInterface({input: process.stdin})) {
    const answer = await answerTo(JSON.parse(line) as Question, contestant);
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

async function answerTo(question: Question, contestant: Contestant): Promise<Answer> {
  switch (question.kind) {
    case 'prepare':
      await contestant.prepare(readCase(question.file));
      return {kind: 'prepared', about: contestant.about};
    case 'train': {
      const started = performance.now();
      const {steps, losses} = await contestant.train(question.steps, question.losses);
      return {kind: 'trained', ms: performance.now() - started, steps, losses};
    }
    case 'memory': {
      globalThis.gc?.();
      const residentBytes = process.memoryUsage.rss();
      return {kind: 'memory', residentBytes, peakBytes: process.resourceUsage().maxRSS * 1024};
    }
  }
}
