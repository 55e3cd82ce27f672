import type {Memento} from 'vscode';
import type {Memory, RememberedRun} from './liveRuns.ts';

const key = 'mlpLab.liveRuns';

export function workspaceMemory(state: Memento): Memory {
  return {
    read: () => state.get<readonly RememberedRun[]>(key, []),
    write: runs => void state.update(key, runs),
  };
}
