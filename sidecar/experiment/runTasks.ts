import {type FoldContext, type FoldEvent, type FoldOutcome, type FoldTask, placeOf} from './foldTask.ts';
import type {Checkpoints, Runner} from './runner.ts';
import {taskCost, taskOrder} from './taskOrder.ts';
import type {LiveState} from './watcher.ts';

export interface TasksReport {
  /** In the order of the tasks; null where a task was cancelled or failed. */
  readonly outcomes: readonly (FoldOutcome | null)[];
  readonly status: 'completed' | 'cancelled' | 'failed';
  /** What the first failing task threw. */
  readonly failure: Error | null;
}

/** Told what happens while tasks run. */
export interface TasksListener {
  onEvent(event: FoldEvent): void;
  onLive?(live: LiveState): void;
  /** Keeps what is done, so that an interrupted run is finished and not begun anew. */
  readonly keeper?: TaskKeeper;
}

/** Tasks are known by their index: the same experiment has the same tasks. */
export interface TaskKeeper {
  /** What an earlier process finished. */
  outcome(index: number): FoldOutcome | null;
  /** Called before the end of the fold is told. */
  keepOutcome(index: number, task: FoldTask, outcome: FoldOutcome): void;
  checkpoints(index: number): Checkpoints;
}

/** Keeps tasks by other numbers than their own. */
export function numberedKeeper(keeper: TaskKeeper, numberOf: (index: number) => number): TaskKeeper {
  return {
    outcome: index => keeper.outcome(numberOf(index)),
    keepOutcome: (index, ...kept) => keeper.keepOutcome(numberOf(index), ...kept),
    checkpoints: index => keeper.checkpoints(numberOf(index)),
  };
}

/** Runs all tasks that are not done yet. The first one that throws ends the others; what is done is kept. */
export async function runTasks(
  experiment: FoldContext['experiment'],
  tasks: readonly FoldTask[],
  runner: Runner,
  {onEvent, onLive, keeper}: TasksListener,
): Promise<TasksReport> {
  let failure: Error | null = null;
  const run = async (task: FoldTask, index: number): Promise<FoldOutcome | null> => {
    const done = keeper?.outcome(index);
    if (done) return done;
    let started = false;
    const outcome = await runner.run(task, {
      onEvent(event) {
        started = true;
        onEvent(event);
      },
      ...(onLive ? {onLive} : {}),
      ...(keeper ? {checkpoints: keeper.checkpoints(index)} : {}),
    });
    const isCancelled = outcome.status === 'cancelled';
    if (!isCancelled) keeper?.keepOutcome(index, task, outcome);
    if (started) onEvent(foldEnded(experiment, task, outcome));
    return isCancelled ? null : outcome;
  };
  const outcomes: (FoldOutcome | null)[] = tasks.map(() => null);
  const costs = tasks.map(task => taskCost(experiment, task));
  await Promise.all(
    taskOrder(costs, runner.workers).map(async index => {
      try {
        outcomes[index] = await run(tasks[index]!, index);
      } catch (error) {
        failure ??= error instanceof Error ? error : new Error(String(error));
        runner.cancel();
      }
    }),
  );
  return {outcomes, status: failure ? 'failed' : outcomes.includes(null) ? 'cancelled' : 'completed', failure};
}

function foldEnded(experiment: FoldContext['experiment'], task: FoldTask, outcome: FoldOutcome): FoldEvent {
  const {epochs, status, seconds, metrics, problem} = outcome;
  return {
    event: 'foldEnded',
    ...placeOf(experiment, task),
    epochs,
    status,
    seconds,
    metrics,
    ...(problem ? {problem} : {}),
  };
}
