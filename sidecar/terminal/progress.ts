import {type Metric, metrics} from '../evaluation/metrics.ts';
import type {FoldEvent} from '../experiment/foldTask.ts';
import {duration, metricValue} from './numbers.ts';
import {printable} from './table.ts';

export interface Progress {
  onEvent(event: FoldEvent): void;
  /** Removes the bar. */
  end(): void;
}

export interface ProgressPlan {
  /** Networks to train; baselines take no time to speak of. */
  readonly networks: number;
  readonly epochsOf: (variant: string) => number;
  readonly totalEpochs: number;
  /** Named in the line of a finished fold. */
  readonly shown: readonly Metric[];
}

/** On a terminal a bar with the time left; piped, one line for each finished network. */
export function createProgress(stream: NodeJS.WriteStream, plan: ProgressPlan, now: () => number): Progress {
  // A dumb terminal cannot take back what was written.
  return stream.isTTY && process.env.TERM !== 'dumb' ? progressBar(stream, plan, now) : progressLines(stream, plan);
}

function progressLines(stream: NodeJS.WriteStream, plan: ProgressPlan): Progress {
  let done = 0;
  return {
    onEvent(event) {
      if (event.event === 'problemMet') stream.write(`${printable(event.message)}\n`);
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

const REDRAW_EVERY_MS = 100;
const BAR_WIDTH = 24;

function progressBar(stream: NodeJS.WriteStream, plan: ProgressPlan, now: () => number): Progress {
  const started = now();
  /** Epochs done of each network that is being trained. */
  const running = new Map<string, number>();
  let finishedEpochs = 0;
  let finished = 0;
  let drawn = Number.NEGATIVE_INFINITY;

  function draw(): void {
    const epochs = finishedEpochs + [...running.values()].reduce((sum, count) => sum + count, 0);
    const share = Math.min(1, plan.totalEpochs > 0 ? epochs / plan.totalEpochs : 1);
    const filled = Math.round(share * BAR_WIDTH);
    const seconds = (now() - started) / 1000;
    // The first half second says little about the speed.
    const left = share > 0 && seconds > 0.5 ? ` · ${duration((seconds * (1 - share)) / share)} left` : '';
    const line = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${Math.floor(share * 100)} % · ${finished} of ${plan.networks} networks${left}`;
    stream.write(`\r\u001b[K${line.slice(0, Math.max(20, stream.columns - 1))}`);
    drawn = now();
  }

  return {
    onEvent(event) {
      if (event.event === 'problemMet') {
        stream.write(`\r\u001b[K${printable(event.message)}\n`);
        draw();
        return;
      }
      const key = JSON.stringify([event.variant, event.repeat, event.fold]);
      if (event.event === 'epochsEnded') running.set(key, event.from + event.trainingLoss.length - 1);
      if (event.event === 'foldEnded') {
        running.delete(key);
        // A network that stopped early has none of its planned epochs left.
        finishedEpochs += plan.epochsOf(event.variant);
        if (plan.epochsOf(event.variant) > 0) finished++;
      }
      if (now() - drawn >= REDRAW_EVERY_MS) draw();
    },
    end() {
      stream.write('\r\u001b[K');
    },
  };
}
