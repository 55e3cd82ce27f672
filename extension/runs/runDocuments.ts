import * as vscode from 'vscode';
import type {StoredRuns} from './storedRuns.ts';

const scheme = 'mlp-run';

/** The document of a run, as it was written or with every default of each variant: shown, never edited. */
export function runDocumentUri(directory: string, form: 'written' | 'resolved'): vscode.Uri {
  const path = `${directory}/${form === 'written' ? 'document' : 'resolved'}.json`;
  return vscode.Uri.from({
    scheme,
    path: path.startsWith('/') ? path : `/${path}`,
    query: JSON.stringify({directory, form}),
  });
}

export function registerRunDocuments(stored: StoredRuns): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    async provideTextDocumentContent(uri) {
      const {directory, form} = JSON.parse(uri.query) as {directory: string; form: 'written' | 'resolved'};
      const run = await stored.read(directory);
      if (form === 'written') return run.document.text;
      return `${JSON.stringify(Object.fromEntries(run.variants.map(({name, document}) => [name, document])), null, 2)}\n`;
    },
  });
}
