import type * as vscode from 'vscode';
import type {LanguageService} from './language/languageService.ts';
import type {Panels} from './panel/panels.ts';
import type {LiveRuns} from './runs/liveRuns.ts';
import type {StoredRuns} from './runs/storedRuns.ts';
import type {Sidecar} from './sidecar/sidecar.ts';

/** What lives while the extension is active. */
export interface Lab {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly sidecar: Sidecar;
  readonly runs: LiveRuns;
  readonly stored: StoredRuns;
  readonly panels: Panels;
  readonly language: LanguageService;
}
