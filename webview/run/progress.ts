import type {ShownRun} from './shownRun.ts';

export interface Progress {
  /** Share of the epochs done, of a search those of its nested cross-validation included, from 0 to 1. */
  readonly share: number;
  readonly secondsLeft: number | null;
}

/** From the events, which come more often than states; the time left is the sidecar's, which knows of the queue. */
export function progressOf(run: ShownRun): Progress {
  const {live, epochsDone, epochsPlanned} = run;
  // A network that stops early leaves its other epochs out.
  const skipped = [...run.networks.values()].reduce((sum, {ended, place}) => {
    return ended ? sum + Math.max(0, plannedEpochs(run, place.variant) - ended.epochs) : sum;
  }, 0);
  const own = epochsPlanned > 0 ? (epochsDone + skipped) / epochsPlanned : 0;
  // Networks of a nested cross-validation tell of no epochs: what is known of them is the sidecar's.
  const share = run.stored.search && live ? live.progress : Math.max(own, live?.progress ?? 0);
  return {share: Math.min(1, share), secondsLeft: live?.secondsLeft ?? null};
}

function plannedEpochs(run: ShownRun, variant: string): number {
  const document = run.stored.variants.find(({name}) => name === variant)?.document as
    | {training?: {epochs?: number}}
    | undefined;
  return document?.training?.epochs ?? 0;
}
