import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {StoredRun} from '../../schemas/generated/run.ts';
import type {RunSummary} from '../../schemas/protocol.ts';

/** The command of `mlp` that makes a run, and finishes one that was interrupted. */
export type RunCommand = 'cv' | 'train' | 'tune';

export function commandOf({kind, search}: {kind: StoredRun['kind']; search?: unknown}): RunCommand {
  return kind === 'training' ? 'train' : search ? 'tune' : 'cv';
}

/** A stored run as a list shows it. @param isWritten whether a process writes it at this moment */
export function runSummary(directory: string, run: StoredRun, isWritten: boolean): RunSummary {
  const {id, kind, status, startedAt, document, crossValidation, training} = run;
  return {
    run: id,
    directory,
    kind,
    status: status !== 'running' ? status : isWritten ? 'running' : 'interrupted',
    startedAt,
    seconds: (crossValidation ?? training)?.seconds ?? null,
    digest: (crossValidation ?? training)?.digest ?? null,
    document: document.name,
    documentSha256: document.sha256,
    design: design(run),
    variants: variantsOf(run),
    ...(run.search ? {search: true} : {}),
    ...(crossValidation?.tuning?.winner ? {winner: crossValidation.tuning.winner} : {}),
  };
}

function variantsOf({crossValidation, training}: StoredRun): RunSummary['variants'] {
  if (training) {
    return training.models.map(({name, metrics, model}) => ({
      name,
      metrics: listed(Object.entries(metrics).map(([metric, mean]) => [metric, {mean: mean ?? null, sd: null}])),
      folds: 0,
      model: model ?? null,
    }));
  }
  return (crossValidation?.variants ?? []).map(({name, summary, folds}) => ({
    name,
    metrics: listed(Object.entries(summary)),
    folds: folds.length,
  }));
}

type MeanAndSd = {readonly mean: number | null; readonly sd: number | null};

/** Of the metrics that are defined few digits, as a list shows them; run.json has them all. */
function listed(metrics: ReadonlyArray<readonly [name: string, summary: MeanAndSd | undefined]>) {
  const short = (value: number) => Number(value.toPrecision(6));
  return Object.fromEntries(
    metrics.flatMap(([name, summary]) =>
      summary?.mean == null
        ? []
        : [[name, {mean: short(summary.mean), sd: summary.sd === null ? null : short(summary.sd)}]],
    ),
  );
}

/** What tells runs of one document apart: "10 x 10 folds, 300 epochs, seed 7". */
function design({variants, seed, kind}: StoredRun): string {
  const documents = variants.map(({document}) => document as unknown as ResolvedDocument);
  const epochs = new Set(documents.map(({training}) => training.epochs));
  const split = kind === 'training' ? 'all rows' : splitOf(documents[0]?.evaluation);
  return `${split}, ${[...epochs].join('/')} epochs, seed ${seed}`;
}

function splitOf(evaluation: ResolvedDocument['evaluation'] | undefined): string {
  const {method = 'kFold', folds = 0, repeats = 1} = evaluation ?? {};
  const split = method === 'holdout' ? 'holdout' : `${folds} folds`;
  return repeats > 1 ? `${repeats} x ${split}` : split;
}
