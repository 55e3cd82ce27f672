import {basename, dirname, join} from 'node:path';
import * as vscode from 'vscode';
import type {ColumnOverview, DataOverview} from '../../schemas/protocol.ts';
import {assertTrusted} from '../document.ts';
import type {Lab} from '../lab.ts';
import {UserError} from '../userError.ts';
import type {Command} from './registerCommands.ts';

const dataEndings = ['csv', 'tsv', 'jsonl', 'ndjson', 'parquet'];

/** `mlpLab.newExperiment`: reads a data file, asks what to predict, and writes a document that runs as it stands. */
export function newExperiment(lab: Lab): Command {
  return async argument => {
    assertTrusted();
    const file = argument instanceof vscode.Uri ? argument : await chooseFile();
    if (!file) return;
    if (file.scheme !== 'file') throw new UserError(vscode.l10n.t('The data must lie in a file on disk.'));
    const data = await vscode.window.withProgress(
      {location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Reading {0}', basename(file.fsPath))},
      () => lab.sidecar.request('mlpLab/readData', {file: file.fsPath}),
    );
    const target = await chooseTarget(data);
    if (target === undefined) return;
    const {text} = await lab.sidecar.request('mlpLab/draftDocument', {data, target});
    const document = await freeName(file);
    await vscode.workspace.fs.writeFile(document, new TextEncoder().encode(text));
    await vscode.window.showTextDocument(document);
  };
}

async function chooseFile(): Promise<vscode.Uri | undefined> {
  const pattern = `**/*.{${dataEndings.join(',')}}`;
  const found = await vscode.workspace.findFiles(pattern, '**/{node_modules,.mlp}/**', 200);
  const items: (vscode.QuickPickItem & {uri?: vscode.Uri})[] = found.map(uri => ({
    label: basename(uri.path),
    description: vscode.workspace.asRelativePath(dirname(uri.fsPath)),
    uri,
  }));
  items.sort((a, b) => (a.label < b.label ? -1 : 1));
  if (items.length === 0) return browse();
  items.push({label: vscode.l10n.t('Browse…'), alwaysShow: true});
  const placeHolder = vscode.l10n.t('Data file: each row is an example, one column is what shall be predicted');
  const picked = await vscode.window.showQuickPick(items, {placeHolder, title: vscode.l10n.t('New Experiment (1/2)')});
  return picked && (picked.uri ?? browse());
}

async function browse(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    filters: {[vscode.l10n.t('Data')]: dataEndings},
    openLabel: vscode.l10n.t('Use This File'),
  });
  return chosen?.[0];
}

async function chooseTarget(data: DataOverview): Promise<string | undefined> {
  const columns = data.columns.toSorted(
    (a, b) => Number(b.name === data.likelyTarget) - Number(a.name === data.likelyTarget),
  );
  const items = columns.map(column => ({
    label: column.name,
    description: columnWords(column),
    ...(column.name === data.likelyTarget ? {detail: vscode.l10n.t('Most likely')} : {}),
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('New Experiment (2/2)'),
    placeHolder: vscode.l10n.t('Column to predict, of {0} rows and {1} columns', data.rows, data.columns.length),
    matchOnDescription: true,
  });
  return picked?.label;
}

function columnWords({kind, distinct, missing}: ColumnOverview): string {
  const values = distinct === null ? vscode.l10n.t('over 1000 values') : vscode.l10n.t('{0} values', distinct);
  const words = [kind === 'numeric' ? vscode.l10n.t('numbers, {0}', values) : vscode.l10n.t('categories, {0}', values)];
  if (missing > 0) words.push(vscode.l10n.t('{0} missing', missing));
  return words.join(', ');
}

/** Beside the data, under their name; a document that is there already is never written over. */
async function freeName(file: vscode.Uri): Promise<vscode.Uri> {
  const stem = join(dirname(file.fsPath), basename(file.fsPath).replace(/\.[^.]+$/, ''));
  for (let number = 1; ; number++) {
    const uri = vscode.Uri.file(`${stem}${number === 1 ? '' : `-${number}`}.mlp.json`);
    try {
      await vscode.workspace.fs.stat(uri);
    } catch {
      return uri; // It is free.
    }
  }
}
