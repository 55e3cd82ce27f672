import type {FoldEvent, FoldOutcome, FoldTask} from './foldTask.ts';
import type {Runner} from './runner.ts';

export interface TasksReport {
  /** In the order of the tasks; null where a task was cancelled or failed. */
  readonly outcomes: readonly (FoldOutcome | null)[];
  readonly status: 'completed' | 'cancelled' | 'failed';
  /** What the first failing task threw. */
  readonly failure: Error | null;
}

/** Runs all tasks. The first one that throws ends the others; what is done is kept. */
export async function runTasks(
  tasks: readonly FoldTask[],
  runner: Runner,
  onEvent: (event: FoldEvent) => void,
): Promise<TasksReport> {
  let failure: Error | null = null;
  const outcomes = await Promise.all(
    tasks.map(async task => {
      try {
        const outcome = await runner.run(task, onEvent);
        return outcome.status === 'cancelled' ? null : outcome;
      } catch (error) {
        failure ??= error instanceof Error ? error : new Error(String(error));
        runner.cancel();
        return null;
      }
    }),
  );
  return {outcomes, status: failure ? 'failed' : outcomes.includes(null) ? 'cancelled' : 'completed', failure};
}
