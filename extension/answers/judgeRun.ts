/** Explain, Write a Report, Gate: what can be asked about a stored cross-validation. */
import {basename} from 'node:path';
import * as vscode from 'vscode';
import type {Command} from '../commands/registerCommands.ts';
import type {Lab} from '../lab.ts';
import {bestWords} from '../runs/runWords.ts';
import {UserError} from '../userError.ts';
import {answeredRun, pickVariant} from './answeredRun.ts';
import {ask} from './ask.ts';
import {showPage} from './showPage.ts';

/** What a variant's skill rests on: a page, which is kept with the run. */
export function explain(lab: Lab): Command {
  return async argument => {
    const {directory, document} = await answeredRun(lab, argument, 'crossValidation');
    const names = (await lab.stored.read(directory)).variants.map(({name}) => name);
    const variant = await pickVariant(names, vscode.l10n.t('Variant to explain: its networks are trained anew'));
    if (variant === undefined) return;
    const title = vscode.l10n.t('Explaining "{0}" of {1}', variant, basename(document.path));
    const answer = await ask(lab, title, 'mlpLab/explainRun', {directory, variant});
    if (answer) showPage(vscode.l10n.t('What "{0}" rests on', variant), answer.page);
  };
}

/** One file in the folder of the run, and shows it. */
export function writeReport(lab: Lab): Command {
  return async argument => {
    const {directory, document} = await answeredRun(lab, argument, 'crossValidation');
    const format = await pickFormat();
    if (!format) return;
    const {file} = await lab.sidecar.request('mlpLab/writeReport', {directory, format});
    const uri = vscode.Uri.file(file);
    if (format === 'markdown') await vscode.commands.executeCommand('markdown.showPreview', uri);
    else {
      const html = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      showPage(vscode.l10n.t('Report of {0}', basename(document.path)), html);
    }
    await offerFile(uri);
  };
}

async function pickFormat(): Promise<'html' | 'markdown' | undefined> {
  const items = [
    {
      label: 'HTML',
      description: vscode.l10n.t('one page that needs nothing else, to be read, printed and attached'),
      format: 'html',
    },
    {label: 'Markdown', description: vscode.l10n.t('for a repository or notes'), format: 'markdown'},
  ] as const;
  return (await vscode.window.showQuickPick(items, {placeHolder: vscode.l10n.t('Report as')}))?.format;
}

async function offerFile(uri: vscode.Uri): Promise<void> {
  const browser = vscode.l10n.t('Open in Browser');
  const reveal = vscode.l10n.t('Show in Folder');
  const message = vscode.l10n.t('Written to {0}', vscode.workspace.asRelativePath(uri));
  // What lies on another machine no browser here can open.
  const offered = vscode.env.remoteName === undefined && uri.path.endsWith('.html') ? [browser, reveal] : [reveal];
  const chosen = await vscode.window.showInformationMessage(message, ...offered);
  if (chosen === browser) await vscode.env.openExternal(uri);
  if (chosen === reveal) await vscode.commands.executeCommand('revealFileInOS', uri);
}

/** Whether the run falls below a baseline that the user picks. */
export function gate(lab: Lab): Command {
  return async argument => {
    const {directory, document} = await answeredRun(lab, argument, 'crossValidation');
    const baseline = await pickBaseline(lab, document, directory);
    if (baseline === undefined) return;
    const {passed, words} = await lab.sidecar.request('mlpLab/gateRun', {directory, baseline});
    const [verdict, ...rest] = words;
    const tell = passed ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
    const show = vscode.l10n.t('Show All');
    const offered = rest.length === 0 ? [] : [show];
    if ((await tell([verdict, ...rest.slice(0, 1)].join(' '), ...offered)) !== show) return;
    const content = [`# ${verdict}`, '', ...rest.map(line => `- ${line}`)].join('\n');
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({language: 'markdown', content}));
  };
}

async function pickBaseline(lab: Lab, document: vscode.Uri, directory: string): Promise<string | undefined> {
  const others = (await lab.stored.list(document)).filter(
    run => run.directory !== directory && run.kind === 'crossValidation' && !run.search && run.status === 'completed',
  );
  if (others.length === 0) {
    throw new UserError(vscode.l10n.t('There is no other cross-validation of the document to hold this one to.'));
  }
  const items = others.map(run => ({
    label: new Date(run.startedAt).toLocaleString(undefined, {dateStyle: 'short', timeStyle: 'medium'}),
    description: bestWords(run) ?? '',
    detail: run.design,
    run,
  }));
  const placeHolder = vscode.l10n.t('Baseline: the run that must not be fallen below');
  return (await vscode.window.showQuickPick(items, {placeHolder}))?.run.directory;
}
