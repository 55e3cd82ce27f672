/** Predict a Data File: a CSV file beside the data, whose rows lead back to their lines. */
import {basename, dirname} from 'node:path';
import * as vscode from 'vscode';
import type {Command} from '../commands/registerCommands.ts';
import type {Lab} from '../lab.ts';
import {answeredRun, pickVariant} from './answeredRun.ts';
import {ask} from './ask.ts';
import {openLine, rememberPredicted} from './predictedLines.ts';

const DATA_ENDINGS = ['csv', 'tsv', 'jsonl', 'ndjson', 'parquet'];

export function predictFile(lab: Lab): Command {
  return async argument => {
    const {directory} = await answeredRun(lab, argument, 'training');
    const run = await lab.stored.read(directory);
    const names = run.variants.map(({name}) => name);
    const variant = await pickVariant(names, vscode.l10n.t('Variant that predicts'));
    const data = variant === undefined ? undefined : await chooseData(directory);
    const how = data && (await pickHow(run.kind));
    if (variant === undefined || !data || !how) return;
    const {samples, calibrated} = how;
    const title = vscode.l10n.t('Predicting {0} by "{1}"', basename(data.fsPath), variant);
    const request = {directory, data: data.fsPath, variant, samples, calibrated};
    const answer = await ask(lab, title, 'mlpLab/predictFile', request);
    if (!answer) return;
    const file = vscode.Uri.file(answer.file);
    rememberPredicted(lab.context.workspaceState, file, data);
    lab.log.info(answer.report);
    await vscode.window.showTextDocument(file, {viewColumn: vscode.ViewColumn.Beside, preview: false});
    await offerLeastCertain(lab, answer.report, answer.leastCertain, data);
  };
}

async function chooseData(directory: string): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Data File to Predict'),
    filters: {[vscode.l10n.t('Data')]: DATA_ENDINGS},
    openLabel: vscode.l10n.t('Predict'),
    // Beside the document.
    defaultUri: vscode.Uri.file(dirname(dirname(dirname(directory)))),
  });
  return chosen?.[0];
}

interface How {
  readonly samples: number | null;
  readonly calibrated: boolean;
}

async function pickHow(kind: 'crossValidation' | 'training'): Promise<How | undefined> {
  // The folds of a cross-validation vote, and have their own out-of-fold predictions.
  if (kind === 'crossValidation') return {samples: null, calibrated: false};
  const items: (vscode.QuickPickItem & How)[] = [
    {
      label: vscode.l10n.t('As It Is'),
      description: vscode.l10n.t('one prediction of each row'),
      samples: null,
      calibrated: false,
    },
    {
      label: vscode.l10n.t('100 Samples with Dropout On'),
      description: vscode.l10n.t('how far the network is sure of each row'),
      samples: 100,
      calibrated: false,
    },
    {
      label: vscode.l10n.t('Calibrated'),
      description: vscode.l10n.t(
        'by the newest cross-validation: probabilities that hold, and sets of classes or intervals',
      ),
      samples: null,
      calibrated: true,
    },
    {label: vscode.l10n.t('100 Samples, Calibrated'), description: '', samples: 100, calibrated: true},
  ];
  return vscode.window.showQuickPick(items, {placeHolder: vscode.l10n.t('How to predict')});
}

async function offerLeastCertain(
  lab: Lab,
  report: string,
  rows: ReadonlyArray<{readonly line: number; readonly words: string}>,
  data: vscode.Uri,
): Promise<void> {
  const show = vscode.l10n.t('Show Least Certain Rows');
  const more = vscode.l10n.t('Show Log');
  const [head = ''] = report.split('\n');
  const chosen = await vscode.window.showInformationMessage(head, show, more);
  if (chosen === more) lab.log.show();
  if (chosen !== show) return;
  const items = rows.map(({line, words}) => ({label: vscode.l10n.t('Line {0}', line), description: words, line}));
  const placeHolder = vscode.l10n.t('Least certain rows first; choose one to see its line of the data file');
  const picked = await vscode.window.showQuickPick(items, {placeHolder, matchOnDescription: true});
  if (picked) await openLine(data, picked.line);
}
