import {basename} from 'node:path';
import * as vscode from 'vscode';
import {COMMANDS} from '../../schemas/commands.ts';
import {assertTrusted, commandTarget, pathOf} from '../document.ts';
import type {Lab} from '../lab.ts';
import {UserError} from '../userError.ts';
import type {Command} from './registerCommands.ts';

/** `mlpLab.showPanel`: the run that the caller names, else the one in training, else the newest of the document. */
export function showPanel(lab: Lab): Command {
  return async argument => {
    assertTrusted();
    const {document, command} = await commandTarget(argument);
    const path = pathOf(document);
    const live = lab.runs.states.filter(state => state.document === path).at(-1);
    const directory = command.run ?? live?.directory ?? (await lab.stored.list(document.uri))[0]?.directory;
    if (directory === undefined) {
      throw new UserError(vscode.l10n.t('{0} has no run yet. Cross-validate it first.', basename(path)), {
        title: vscode.l10n.t('Cross-Validate'),
        command: COMMANDS.crossValidate,
        arguments: [document.uri],
      });
    }
    lab.panels.show({directory, document: path, layer: command.layer});
  };
}
