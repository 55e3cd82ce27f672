import type {RunEvent} from '../../schemas/generated/event.ts';
import {type Metric, metrics} from '../evaluation/metrics.ts';
import {duration, metricValue} from './numbers.ts';
import {printable} from './table.ts';

export interface Progress {
  onEvent(event: RunEvent): void;
  /** Removes the bar. */
  end(): void;
}

export interface ProgressPlan {
  /** Networks to train; baselines take no time to speak of. */
  readonly networks: number;
  /** Those that an earlier process trained. */
  readonly finished: number;
  /** 0 for what is no network. */
  readonly epochsOf: (variant: string) => number;
  /** Of the epochs, from 0 to 1. */
  readonly share: () => number;
  /** null: not known yet. */
  readonly secondsLeft: () => number | null;
  /** Named in the line of a finished fold. */
  readonly shown: readonly Metric[];
}

/** On a terminal a bar with the time left; piped, one line for each finished network. */
export function createProgress(stream: NodeJS.WriteStream, plan: ProgressPlan, now: () => number): Progress {
  // A dumb terminal cannot take back what was written.
  return stream.isTTY && process.env.TERM !== 'dumb' ? progressBar(stream, plan, now) : progressLines(stream, plan);
}

function progressLines(stream: NodeJS.WriteStream, plan: ProgressPlan): Progress {
  let done = plan.finished;
  return {
    onEvent(event) {
      for (const line of remarks(event)) stream.write(`${line}\n`);
      if (event.event !== 'foldEnded' || plan.epochsOf(event.variant) === 0 || event.status === 'cancelled') return;
      done++;
      const place = event.fold === 0 ? '' : `, repeat ${event.repeat}, fold ${event.fold}`;
      const values = plan.shown.map(
        metric => `${metrics[metric].label} ${metricValue(metric, event.metrics[metric] ?? null)}`,
      );
      const result = event.status === 'diverged' ? 'diverged' : values.join(', ');
      stream.write(
        `[${done}/${plan.networks}] ${printable(event.variant)}${place}: ${result} (${event.epochs} epochs, ${duration(event.seconds)})\n`,
      );
    },
    end() {},
  };
}

/** What is said between the folds. */
function remarks(event: RunEvent): string[] {
  switch (event.event) {
    case 'problemMet':
      return [printable(event.message)];
    case 'settingStopped':
      return [printable(`"${event.setting}" goes no further: ${event.why}`)];
    case 'nestedProgressed':
      return event.done === 0 ? [`Nested cross-validation of the choice: ${event.networks} more networks …`] : [];
    default:
      return [];
  }
}

const REDRAW_EVERY_MS = 100;
const BAR_WIDTH = 24;

function progressBar(stream: NodeJS.WriteStream, plan: ProgressPlan, now: () => number): Progress {
  let finished = plan.finished;
  let drawn = Number.NEGATIVE_INFINITY;

  function draw(): void {
    const share = plan.share();
    const filled = Math.round(share * BAR_WIDTH);
    const seconds = plan.secondsLeft();
    const left = seconds === null ? '' : ` · ${duration(seconds)} left`;
    const line = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${Math.floor(share * 100)} % · ${finished} of ${plan.networks} networks${left}`;
    stream.write(`\r\u001b[K${line.slice(0, Math.max(20, stream.columns - 1))}`);
    drawn = now();
  }

  return {
    onEvent(event) {
      for (const line of remarks(event)) stream.write(`\r\u001b[K${line}\n`);
      if (event.event === 'foldEnded' && event.status !== 'cancelled' && plan.epochsOf(event.variant) > 0) finished++;
      if (event.event !== 'runEnded' && now() - drawn >= REDRAW_EVERY_MS) draw();
    },
    end() {
      stream.write('\r\u001b[K');
    },
  };
}
