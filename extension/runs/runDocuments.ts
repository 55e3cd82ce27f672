/** Documents made of stored runs: shown, never edited. */
import * as vscode from 'vscode';
import type {RunSummary} from '../../schemas/protocol.ts';
import {type ComparedRun, comparison} from './comparison.ts';
import type {StoredRuns} from './storedRuns.ts';

const scheme = 'mlp-run';

type Shown =
  /** As it was written, or with every default of each variant. */
  | {readonly form: 'written' | 'resolved'; readonly directory: string}
  /** A text that is known already: the address holds it, so that it outlives a reload of the window. */
  | {readonly form: 'text'; readonly text: string};

export function runDocumentUri(directory: string, form: 'written' | 'resolved'): vscode.Uri {
  // What users wrote may have comments.
  const name = form === 'written' ? 'document.jsonc' : 'resolved.json';
  return addressOf(`${directory}/${name}`, {form, directory});
}

/**
 * Two runs of one document side by side. Made before it is shown: of an error in the making of a page, the preview
 * tells nothing.
 */
export async function compareRuns(stored: StoredRuns, older: RunSummary, newer: RunSummary): Promise<vscode.Uri> {
  const compared = async (summary: RunSummary): Promise<ComparedRun> => ({
    summary,
    stored: await stored.read(summary.directory),
  });
  const both = [await compared(older), await compared(newer)] as const;
  const isJudged = [older, newer].every(({kind, status}) => kind === 'crossValidation' && status === 'completed');
  const judged = isJudged ? await stored.compare([older.directory, newer.directory]) : undefined;
  const path = `${older.run}/${newer.run}/${vscode.l10n.t('Two runs')}.md`;
  return addressOf(path, {form: 'text', text: comparison(...both, judged)});
}

function addressOf(path: string, shown: Shown): vscode.Uri {
  return vscode.Uri.from({scheme, path: path.startsWith('/') ? path : `/${path}`, query: JSON.stringify(shown)});
}

export function registerRunDocuments(stored: StoredRuns): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    async provideTextDocumentContent({query}) {
      const shown = JSON.parse(query) as Shown;
      if (shown.form === 'text') return shown.text;
      const run = await stored.read(shown.directory);
      if (shown.form === 'written') return run.document.text;
      return `${JSON.stringify(Object.fromEntries(run.variants.map(({name, document}) => [name, document])), null, 2)}\n`;
    },
  });
}
