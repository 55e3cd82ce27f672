/** What the view "Runs" can do with stored runs. */
import {basename} from 'node:path';
import * as vscode from 'vscode';
import {RUN_COMMANDS} from '../../schemas/commands.ts';
import type {RunSummary} from '../../schemas/protocol.ts';
import type {Command} from '../commands/registerCommands.ts';
import type {Lab} from '../lab.ts';
import {UserError} from '../userError.ts';
import {runDocumentUri} from './runDocuments.ts';
import type {StoredRunItem} from './runsTree.ts';
import {bestWords, kindWords} from './runWords.ts';

export function runCommands(lab: Lab): {readonly [K in (typeof RUN_COMMANDS)[keyof typeof RUN_COMMANDS]]: Command} {
  return {
    [RUN_COMMANDS.show]: item => {
      const {documentUri, summary} = storedRun(item);
      lab.panels.show({directory: summary.directory, document: documentUri.fsPath});
    },
    [RUN_COMMANDS.openResolved]: async item => {
      await vscode.window.showTextDocument(runDocumentUri(storedRun(item).summary.directory, 'resolved'));
    },
    [RUN_COMMANDS.compare]: async (item, selected) => {
      await vscode.window.showTextDocument(await comparison(lab, await twoRuns(lab, item, selected)));
    },
    [RUN_COMMANDS.diff]: async (item, selected) => {
      const [older, newer] = await twoRuns(lab, item, selected);
      const [left, right] = [older, newer].map(run => runDocumentUri(run.directory, 'written'));
      const title = vscode.l10n.t('{0} and {1}: documents', startWords(older), startWords(newer));
      await vscode.commands.executeCommand('vscode.diff', left, right, title);
    },
    [RUN_COMMANDS.diffWithDocument]: async item => {
      const {documentUri, summary} = storedRun(item);
      const title = vscode.l10n.t('{0}: of the run of {1}, and now', basename(documentUri.path), startWords(summary));
      await vscode.commands.executeCommand(
        'vscode.diff',
        runDocumentUri(summary.directory, 'written'),
        documentUri,
        title,
      );
    },
    [RUN_COMMANDS.restore]: async item => {
      const {documentUri, summary} = storedRun(item);
      await restoreDocument(documentUri, (await lab.stored.read(summary.directory)).document.text);
    },
    [RUN_COMMANDS.resume]: async item => {
      const {documentUri, summary} = storedRun(item);
      await lab.runs.resume([
        {directory: summary.directory, document: documentUri.fsPath, isPaused: false, seenAt: Date.now()},
      ]);
    },
    [RUN_COMMANDS.delete]: async (item, selected) => {
      const runs = selectedRuns(item, selected);
      if (await isSure(runs)) for (const {directory} of runs) await lab.stored.delete(directory);
    },
    [RUN_COMMANDS.refresh]: () => lab.stored.refresh(),
  };
}

function storedRun(item: unknown): StoredRunItem {
  if ((item as Partial<StoredRunItem> | undefined)?.kind === 'stored') return item as StoredRunItem;
  throw new UserError(vscode.l10n.t('Choose a stored run in the view Runs.'));
}

/** VS Code passes the item that was clicked, and all that are selected where it is one of several. */
function selectedRuns(item: unknown, selected: unknown): RunSummary[] {
  const items = Array.isArray(selected) && selected.length > 0 ? selected : [item];
  return items.map(one => storedRun(one).summary);
}

/** The two that are selected, or the clicked one and another of its document that the user picks. Older first. */
async function twoRuns(lab: Lab, item: unknown, selected: unknown): Promise<readonly [RunSummary, RunSummary]> {
  const runs = selectedRuns(item, selected);
  if (runs.length === 1) {
    const {documentUri, summary} = storedRun(item);
    const others = (await lab.stored.list(documentUri)).filter(({directory}) => directory !== summary.directory);
    if (others.length === 0) throw new UserError(vscode.l10n.t('There is only this run of the document yet.'));
    const items = others.map(run => ({
      label: bestWords(run) ?? kindWords(run.kind),
      description: startWords(run),
      run,
    }));
    const picked = await vscode.window.showQuickPick(items, {placeHolder: vscode.l10n.t('The other run')});
    if (!picked) throw new vscode.CancellationError();
    runs.push(picked.run);
  }
  if (runs.length !== 2) throw new UserError(vscode.l10n.t('Select two runs to compare them.'));
  return runs.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1)) as [RunSummary, RunSummary];
}

/** Two runs side by side: what their results are, and what of their documents differs. */
async function comparison(lab: Lab, [older, newer]: readonly [RunSummary, RunSummary]): Promise<vscode.TextDocument> {
  const metrics = [
    ...new Set([older, newer].flatMap(run => run.variants.flatMap(({metrics}) => Object.keys(metrics)))),
  ];
  const names = [...new Set([older, newer].flatMap(run => run.variants.map(({name}) => name)))];
  const score = (run: RunSummary, name: string, metric: string) => {
    const found = run.variants.find(variant => variant.name === name)?.metrics[metric];
    return found ? `${found.mean.toPrecision(4)}${found.sd === null ? '' : ` ± ${found.sd.toPrecision(2)}`}` : '–';
  };
  const rows = names.flatMap(name =>
    metrics.map(metric => `| ${name} | ${metric} | ${score(older, name, metric)} | ${score(newer, name, metric)} |`),
  );
  const facts = (title: string, value: (run: RunSummary) => string) =>
    `| ${title} | | ${value(older)} | ${value(newer)} |`;
  const content = [
    `# ${vscode.l10n.t('Two runs')}`,
    '',
    `| ${vscode.l10n.t('variant')} | ${vscode.l10n.t('metric')} | ${startWords(older)} | ${startWords(newer)} |`,
    '| --- | --- | ---: | ---: |',
    ...rows,
    facts(vscode.l10n.t('seconds'), run => (run.seconds === null ? '–' : run.seconds.toFixed(1))),
    facts(vscode.l10n.t('digest'), run => run.digest?.slice(0, 16) ?? '–'),
    '',
    ...(await judgedLines(lab, [older, newer])),
    ...changedLines(await lab.stored.read(older.directory), await lab.stored.read(newer.directory)),
  ].join('\n');
  return vscode.workspace.openTextDocument({language: 'markdown', content});
}

/** What the folds say of the differences; nothing where one of the runs was no cross-validation. */
async function judgedLines({sidecar}: Lab, runs: readonly RunSummary[]): Promise<string[]> {
  if (runs.some(({kind, status}) => kind !== 'crossValidation' || status !== 'completed')) return [];
  const directories = runs.map(({directory}) => directory);
  const {reference, comparisons, notes} = await sidecar.request('mlpLab/compareRuns', {directories});
  const metrics = [...new Set(comparisons.map(({metric}) => metric))];
  return [
    `## ${vscode.l10n.t('Compared fold by fold with "{0}"', reference)}`,
    ...metrics.flatMap(metric => [
      '',
      `### ${metric}`,
      '',
      ...comparisons.flatMap(each => (each.metric === metric ? [`- ${each.words.join(' ')}`] : [])),
    ]),
    '',
    ...notes.map(note => `- ${note}`),
    '',
    `## ${vscode.l10n.t('What differs')}`,
    '',
  ];
}

type Stored = Awaited<ReturnType<Lab['stored']['read']>>;

/** The dotted keys in which the resolved documents of the first variants differ. */
function changedLines(older: Stored, newer: Stored): string[] {
  const [before, after] = [older, newer].map(run => flat(run.variants[0]?.document ?? {}));
  const keys = [...new Set([...before!.keys(), ...after!.keys()])].filter(key => before!.get(key) !== after!.get(key));
  if (older.data.sha256 !== newer.data.sha256) keys.unshift(vscode.l10n.t('the data file itself'));
  if (keys.length === 0) return [vscode.l10n.t('The first variants of both runs are the same.')];
  const lines = keys.map(key => `| ${key} | ${before!.get(key) ?? '–'} | ${after!.get(key) ?? '–'} |`);
  const head = `| ${vscode.l10n.t('key of the first variant')} | ${vscode.l10n.t('before')} | ${vscode.l10n.t('after')} |`;
  return [head, '| --- | --- | --- |', ...lines];
}

/** Dotted path → value, for every leaf. */
function flat(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, JSON.stringify(value)]]);
  const entries = Array.isArray(value)
    ? value.map((item, i) => [(item as {name?: string} | null)?.name ?? String(i), item] as const)
    : Object.entries(value);
  return new Map(entries.flatMap(([key, item]) => [...flat(item, path === '' ? key : `${path}.${key}`)]));
}

/** One edit that can be undone; the file is not saved. */
async function restoreDocument(uri: vscode.Uri, text: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document);
}

async function isSure(runs: readonly RunSummary[]): Promise<boolean> {
  const remove = vscode.l10n.t('Delete');
  const message =
    runs.length === 1
      ? vscode.l10n.t('Delete the run of {0}, with its models and predictions?', startWords(runs[0]!))
      : vscode.l10n.t('Delete {0} runs, with their models and predictions?', runs.length);
  return (await vscode.window.showWarningMessage(message, {modal: true}, remove)) === remove;
}

const startWords = ({startedAt}: RunSummary) =>
  new Date(startedAt).toLocaleString(undefined, {dateStyle: 'short', timeStyle: 'medium'});
