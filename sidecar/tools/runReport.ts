import type {ModelResult, StoredRun, TrainedModel} from '../../schemas/generated/run.ts';

/** A stored run in lines of text: what an agent needs to answer its user, and no more. */
export function runReport(run: StoredRun): string {
  const {id, kind, status, document, crossValidation, training, failure} = run;
  const lines = [
    `Run ${id} of ${document.name}: ${kind === 'training' ? 'training' : 'cross-validation'}, ${status}.`,
    ...(failure ? [`It failed: ${failure}`] : []),
  ];
  if (crossValidation) {
    const {variants, baselines, comparisons, notes, digest, seconds} = crossValidation;
    lines.push('', 'Mean ± standard deviation over the test folds:');
    lines.push(...variants.map(scoreLine), ...baselines.map(baseline => `${scoreLine(baseline)} (to beat)`));
    lines.push(...variants.flatMap(divergedLine));
    lines.push('', ...comparisons.map(({verdict}) => verdict), ...(notes ?? []));
    lines.push('', `Trained in ${seconds.toFixed(1)} s. Digest ${digest.slice(0, 16)}.`);
  }
  if (training)
    lines.push('', 'On the training rows themselves, so no estimate for new rows:', ...training.models.map(modelLine));
  return lines.join('\n');
}

function scoreLine({name, summary, folds}: ModelResult): string {
  const scores = Object.entries(summary).flatMap(([metric, over]) => {
    if (over?.mean == null) return [];
    return [`${metric} ${over.mean.toPrecision(4)}${over.sd === null ? '' : ` ± ${over.sd.toPrecision(2)}`}`];
  });
  return `${name} (${folds.length} folds): ${scores.join(', ') || 'nothing was measured'}`;
}

function divergedLine({name, folds}: ModelResult): string[] {
  const diverged = folds.filter(({status}) => status === 'diverged');
  if (diverged.length === 0) return [];
  return [`"${name}" diverged in ${diverged.length} of ${folds.length} folds. ${diverged[0]!.problem ?? ''}`];
}

function modelLine({name, metrics, model, problem}: TrainedModel): string {
  const scores = Object.entries(metrics).flatMap(([metric, value]) =>
    value == null ? [] : [`${metric} ${value.toPrecision(4)}`],
  );
  return `${name}: ${problem ?? scores.join(', ')}${model ? `, stored as ${model}` : ''}`;
}
