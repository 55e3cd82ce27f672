import * as vscode from 'vscode';
import {CONTEXT_KEYS} from './contextKeys.ts';
import type {LiveRuns} from './runs/liveRuns.ts';

export function keepContextKeys(runs: LiveRuns): void {
  const before = new Map<string, boolean>();
  const set = (key: string, value: boolean) => {
    if (before.get(key) === value) return;
    before.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  runs.on('changed', () => {
    const {states} = runs;
    set(CONTEXT_KEYS.hasLiveRun, states.length > 0);
    set(
      CONTEXT_KEYS.hasRunningRun,
      states.some(({status}) => status === 'running'),
    );
    set(
      CONTEXT_KEYS.hasPausedRun,
      states.some(({status}) => status === 'paused'),
    );
  });
}
