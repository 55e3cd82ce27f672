/** Two runs side by side, as Markdown: in what their documents differ, and what came of it. */
import * as vscode from 'vscode';
import type {StoredRun} from '../../schemas/generated/run.ts';
import type {Requests, RunSummary} from '../../schemas/protocol.ts';
import {scoreWords, startWords} from './runWords.ts';

export interface ComparedRun {
  readonly summary: RunSummary;
  readonly stored: StoredRun;
}

/** What the folds say of two cross-validations. */
export type Judged = Requests['mlpLab/compareRuns'][1];

/** @param judged undefined where one of the runs was no cross-validation that came to its end */
export function comparison(older: ComparedRun, newer: ComparedRun, judged: Judged | undefined): string {
  const runs = [older.summary, newer.summary];
  const times = runs.map(startWords).join(' | ');
  return [
    `# ${vscode.l10n.t('Two runs')}`,
    `## ${vscode.l10n.t('What differs')}`,
    '',
    ...changedLines(older.stored, newer.stored),
    '',
    `| ${vscode.l10n.t('variant')} | ${vscode.l10n.t('metric')} | ${times} |`,
    '| --- | --- | ---: | ---: |',
    ...scoreLines(runs),
    factLine(vscode.l10n.t('seconds'), runs, run => run.seconds?.toFixed(1)),
    factLine(vscode.l10n.t('digest'), runs, run => run.digest?.slice(0, 16)),
    '',
    ...(judged ? judgedLines(judged) : []),
  ].join('\n');
}

/** The dotted keys in which the resolved documents of the first variants differ. */
function changedLines(older: StoredRun, newer: StoredRun): string[] {
  const [before, after] = [older, newer].map(run => flat(run.variants[0]?.document ?? {}));
  const keys = [...new Set([...before!.keys(), ...after!.keys()])].filter(key => before!.get(key) !== after!.get(key));
  if (older.data.sha256 !== newer.data.sha256) keys.unshift(vscode.l10n.t('the data file itself'));
  if (keys.length === 0) return [vscode.l10n.t('The first variants of both runs are the same.')];
  const lines = keys.map(key => `| ${escaped(key)} | ${before!.get(key) ?? '–'} | ${after!.get(key) ?? '–'} |`);
  const head = `| ${vscode.l10n.t('key of the first variant')} | ${vscode.l10n.t('before')} | ${vscode.l10n.t('after')} |`;
  return [head, '| --- | --- | --- |', ...lines];
}

function judgedLines({reference, comparisons, notes}: Judged): string[] {
  const metrics = [...new Set(comparisons.map(({metric}) => metric))];
  return [
    `## ${vscode.l10n.t('Compared fold by fold with "{0}"', escaped(reference))}`,
    ...metrics.flatMap(metric => [
      '',
      `### ${metric}`,
      '',
      ...comparisons.flatMap(each => (each.metric === metric ? [`- ${escaped(each.words.join(' '))}`] : [])),
    ]),
    '',
    ...notes.map(note => `- ${escaped(note)}`),
    '',
  ];
}

function scoreLines(runs: readonly RunSummary[]): string[] {
  const variants = runs.flatMap(run => run.variants);
  const metrics = [...new Set(variants.flatMap(variant => Object.keys(variant.metrics)))];
  return [...new Set(variants.map(({name}) => name))].flatMap(name =>
    metrics.map(metric => {
      const scores = runs.map(run => {
        const found = run.variants.find(variant => variant.name === name)?.metrics[metric];
        return found ? scoreWords({[metric]: found})!.slice(metric.length + 1) : '–';
      });
      return `| ${escaped(name)} | ${metric} | ${scores.join(' | ')} |`;
    }),
  );
}

function factLine(title: string, runs: readonly RunSummary[], value: (run: RunSummary) => string | undefined): string {
  return `| ${title} | | ${runs.map(run => value(run) ?? '–').join(' | ')} |`;
}

/** Dotted path → value, for every leaf. */
function flat(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, escaped(JSON.stringify(value))]]);
  const entries = Array.isArray(value)
    ? value.map((item, i) => [(item as {name?: string} | null)?.name ?? String(i), item] as const)
    : Object.entries(value);
  return new Map(entries.flatMap(([key, item]) => [...flat(item, path === '' ? key : `${path}.${key}`)]));
}

/** Names are the user's, in sentences too: none of them ends a cell or a line, or begins markup. */
function escaped(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>|&~]/g, '\\$&');
}
