/** How documents, runs and variants look in the view "Runs". Each has an id, so that it stays the same when it is listed anew. */
import {basename} from 'node:path';
import * as vscode from 'vscode';
import type {RunState, RunSummary} from '../../schemas/protocol.ts';
import {bestVariant} from './bestVariant.ts';
import {durationWords, kindWords, progressWords, scoreWords, statusWords} from './runWords.ts';

export function documentItem(uri: vscode.Uri): vscode.TreeItem {
  const item = new vscode.TreeItem(uri, vscode.TreeItemCollapsibleState.Expanded);
  item.id = uri.toString();
  item.label = basename(uri.fsPath);
  item.description = vscode.workspace.asRelativePath(uri).slice(0, -basename(uri.fsPath).length - 1);
  item.iconPath = new vscode.ThemeIcon('circuit-board');
  item.contextValue = 'document';
  return item;
}

export function liveItem(state: RunState): vscode.TreeItem {
  const item = new vscode.TreeItem(kindWords(state.kind));
  item.id = state.directory;
  item.description = progressWords(state);
  item.iconPath = new vscode.ThemeIcon(state.status === 'running' ? 'sync~spin' : 'debug-pause');
  item.contextValue = `live-${state.status}`;
  item.command = showCommand(state.document, state.directory);
  return item;
}

const icons: {readonly [S in RunSummary['status']]: vscode.ThemeIcon} = {
  completed: new vscode.ThemeIcon('pass'),
  running: new vscode.ThemeIcon('sync'),
  cancelled: new vscode.ThemeIcon('circle-slash'),
  failed: new vscode.ThemeIcon('error'),
  interrupted: new vscode.ThemeIcon('debug-disconnect'),
};

export function storedItem(document: vscode.Uri, summary: RunSummary): vscode.TreeItem {
  const {status, kind, startedAt, seconds, digest, variants, directory} = summary;
  const open = variants.length > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None;
  const best = bestVariant(summary);
  const score = best && scoreWords(best.metrics);
  const item = new vscode.TreeItem(score ?? `${kindWords(kind)}, ${statusWords(status)}`, open);
  item.id = directory;
  const started = new Date(startedAt).toLocaleString(undefined, {dateStyle: 'short', timeStyle: 'short'});
  item.description = [...(best && variants.length > 1 ? [best.name] : []), started].join(' · ');
  item.iconPath = icons[status];
  item.contextValue = `stored-${status}-${summary.search ? 'search' : kind}`;
  const facts = [
    `${kindWords(kind)}, ${statusWords(status)}`,
    ...(seconds === null ? [] : [durationWords(seconds)]),
    ...(digest ? [vscode.l10n.t('digest {0}', digest.slice(0, 16))] : []),
    directory,
  ];
  item.tooltip = facts.join('\n');
  item.command = showCommand(document.fsPath, directory);
  return item;
}

/** @param run folder of its run */
export function variantItem(run: string, {name, metrics, folds}: RunSummary['variants'][number]): vscode.TreeItem {
  const item = new vscode.TreeItem(name);
  item.id = `${run}#${name}`;
  item.description = scoreWords(metrics) ?? '';
  item.iconPath = new vscode.ThemeIcon('symbol-enum-member');
  const rows = Object.keys(metrics).map(metric => scoreWords({[metric]: metrics[metric]!}));
  item.tooltip = [vscode.l10n.t('{0} folds', folds), ...rows].join('\n');
  item.contextValue = 'variant';
  return item;
}

function showCommand(document: string, directory: string): vscode.Command {
  const uri = vscode.Uri.file(document).toString();
  return {command: 'mlpLab.showPanel', title: vscode.l10n.t('Show in Panel'), arguments: [{uri, run: directory}]};
}
