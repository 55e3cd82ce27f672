/** Documents made of stored runs: shown, never edited. */
import * as vscode from 'vscode';
import {type ComparedRun, comparison} from './comparison.ts';
import type {StoredRuns} from './storedRuns.ts';

const scheme = 'mlp-run';

type Shown =
  /** As it was written, or with every default of each variant. */
  | {readonly form: 'written' | 'resolved'; readonly directory: string}
  /** Two runs of a document. @param document its path */
  | {readonly form: 'comparison'; readonly document: string; readonly directories: readonly [string, string]};

export function runDocumentUri(directory: string, form: 'written' | 'resolved'): vscode.Uri {
  // What users wrote may have comments.
  const name = form === 'written' ? 'document.jsonc' : 'resolved.json';
  return addressOf(`${directory}/${name}`, {form, directory});
}

export function comparisonUri(document: vscode.Uri, older: string, newer: string): vscode.Uri {
  const name = vscode.l10n.t('Two runs');
  const directories = [older, newer] as const;
  return addressOf(`${document.path}/${name}.md`, {form: 'comparison', document: document.fsPath, directories});
}

function addressOf(path: string, shown: Shown): vscode.Uri {
  return vscode.Uri.from({scheme, path: path.startsWith('/') ? path : `/${path}`, query: JSON.stringify(shown)});
}

export function registerRunDocuments(stored: StoredRuns): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    async provideTextDocumentContent({query}) {
      const shown = JSON.parse(query) as Shown;
      if (shown.form === 'comparison') {
        const [older, newer] = shown.directories;
        const runs = await stored.list(vscode.Uri.file(shown.document));
        const compared = async (wanted: string): Promise<ComparedRun> => {
          return {summary: runs.find(({directory}) => directory === wanted)!, stored: await stored.read(wanted)};
        };
        const both = [await compared(older), await compared(newer)] as const;
        const isJudged = both.every(
          ({summary: {kind, status}}) => kind === 'crossValidation' && status === 'completed',
        );
        return comparison(...both, isJudged ? await stored.compare(shown.directories) : undefined);
      }
      const run = await stored.read(shown.directory);
      if (shown.form === 'written') return run.document.text;
      return `${JSON.stringify(Object.fromEntries(run.variants.map(({name, document}) => [name, document])), null, 2)}\n`;
    },
  });
}
