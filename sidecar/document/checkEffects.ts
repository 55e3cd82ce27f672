import type {Column, MlpDocument} from '../../schemas/generated/mlpDocument.ts';
import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {Path} from './documentPath.ts';
import {type DocumentProblem, quoted} from './documentProblem.ts';
import {noEffect} from './resolveNetwork.ts';

/**
 * Keys that were written but do nothing where they stand, and keys that contradict each other. Only what can be told
 * without the data.
 * @param written what the user wrote @param document the same with defaults
 */
export function checkEffects(written: MlpDocument, document: ResolvedDocument): DocumentProblem[] {
  return [
    ...checkEvaluation(written, document),
    ...checkTraining(written, document),
    ...checkSchedules(written, document),
    ...checkFormat(written, document),
    ...checkInputs(document),
    ...Object.entries(written.data.columns ?? {}).flatMap(([name, column]) =>
      checkColumn(name, column ?? {}, document),
    ),
  ];
}

function checkEvaluation({evaluation = {}}: MlpDocument, document: ResolvedDocument): DocumentProblem[] {
  const {method} = document.evaluation;
  const useless = (keys: readonly (keyof typeof evaluation)[], reason: string) =>
    keys.filter(key => evaluation[key] !== undefined).map(key => noEffect(['evaluation', key], reason));
  switch (method) {
    case 'kFold':
      return useless(['testShare'], 'with "kFold" each fold is tested once; it belongs to "holdout"');
    case 'holdout':
      return useless(['folds'], 'with "holdout" one part is tested, of the size of testShare');
    case 'timeOrdered':
      return [
        ...useless(['testShare'], 'with "timeOrdered" the folds follow from the times; it belongs to "holdout"'),
        ...useless(['stratified', 'shuffle'], 'with "timeOrdered" the order in time decides'),
      ];
  }
}

function checkTraining({training = {}}: MlpDocument, document: ResolvedDocument): DocumentProblem[] {
  const {optimizer, schedule, epochs} = document.training;
  const momentum = 'momentum' in optimizer ? optimizer.momentum : undefined;
  const problems: DocumentProblem[] = [];
  if (training.momentumRamp && momentum === undefined) {
    problems.push(noEffect(['training', 'momentumRamp'], `${quoted(optimizer.type)} has no momentum`));
  } else if (training.momentumRamp && momentum === 0) {
    problems.push(noEffect(['training', 'momentumRamp'], 'the momentum that it leads to is 0'));
  }
  if (optimizer.type === 'sgd' && optimizer.nesterov && momentum === 0) {
    problems.push(noEffect(['training', 'optimizer', 'nesterov'], 'momentum is 0'));
  }
  if (schedule.type !== 'constant' && schedule.warmUp >= epochs) {
    const reason = `its warm-up lasts ${schedule.warmUp} epochs, the training ${epochs}`;
    problems.push(noEffect(['training', 'schedule'], reason));
  } else if (schedule.type === 'step' && schedule.every + schedule.warmUp >= epochs) {
    const reason = `the first drop would come after ${schedule.every + schedule.warmUp} epochs, the training ends after ${epochs}`;
    problems.push(noEffect(['training', 'schedule', 'every'], reason));
  } else if (schedule.type === 'plateau' && schedule.patience >= epochs) {
    const reason = `it is as long as the ${epochs} epochs, so the learning rate never falls`;
    problems.push(noEffect(['training', 'schedule', 'patience'], reason));
  }
  return problems;
}

/** Schedules of dropout that never change the rate, and keys of theirs that belong to another type. */
function checkSchedules({layers = []}: MlpDocument, {training}: ResolvedDocument): DocumentProblem[] {
  return layers.flatMap((layer, index) => {
    if (!('schedule' in layer) || !layer.schedule) return [];
    const path = ['layers', index, 'schedule'];
    const {type, until, shape} = layer.schedule;
    if (layer.rate === 0) return [noEffect(path, 'the rate of the layer is 0')];
    if (type === 'late' && until >= training.epochs) {
      return [
        noEffect(
          ['layers', index, 'rate'],
          `its schedule keeps it at 0 for ${until} epochs, the training ends after ${training.epochs}`,
        ),
      ];
    }
    if (type === 'early' && shape !== 'linear' && until >= training.epochs) {
      return [noEffect(path, `the rate would fall after ${until} epochs, the training ends after ${training.epochs}`)];
    }
    return type !== 'early' && shape !== undefined ? [noEffect([...path, 'shape'], 'it belongs to "early"')] : [];
  });
}

/** Keys of delimited text beside a file of another format. */
function checkFormat({data}: MlpDocument, document: ResolvedDocument): DocumentProblem[] {
  const {source, format} = document.data;
  const ending = /\.(jsonl|ndjson|parquet)$/i.exec(source)?.[1]?.toLowerCase();
  const actual = format === 'auto' ? (ending === 'parquet' ? 'parquet' : ending ? 'jsonLines' : undefined) : format;
  if (actual !== 'jsonLines' && actual !== 'parquet') return [];
  const keys =
    actual === 'parquet' ? (['delimiter', 'header', 'encoding'] as const) : (['delimiter', 'header'] as const);
  const name = actual === 'parquet' ? 'Parquet' : 'JSON Lines';
  return keys
    .filter(key => data[key] !== undefined)
    .map(key => noEffect(['data', key], `the file's format is ${name}`));
}

/** Columns that are named as an input and as something that is none. */
function checkInputs({data, evaluation}: ResolvedDocument): DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  const contradiction = (path: Path, message: string) => {
    const fixes = [{title: 'Remove the name here', edits: [{kind: 'remove' as const, path}]}];
    problems.push({code: 'contradicting-columns', severity: 'error', message, path, at: 'value', fixes});
  };
  for (const [index, name] of (data.features ?? []).entries()) {
    const path = ['data', 'features', index];
    if (name === data.target) contradiction(path, `features must not name the target ${quoted(name)}.`);
    else if (data.exclude?.includes(name))
      contradiction(path, `${quoted(name)} is in features and in exclude. Choose one.`);
    else if (name === evaluation.groupBy)
      contradiction(path, `${quoted(name)} is groupBy's column, which is no input.`);
    else if (name === evaluation.timeBy) contradiction(path, `${quoted(name)} is timeBy's column, which is no input.`);
  }
  for (const [index, name] of (data.exclude ?? []).entries()) {
    if (name === data.target) {
      contradiction(['data', 'exclude', index], `exclude must not name the target ${quoted(name)}.`);
    }
  }
  for (const key of ['groupBy', 'timeBy'] as const) {
    if (evaluation[key] === data.target) {
      contradiction(['evaluation', key], `${key} must not name the target ${quoted(data.target)}.`);
    }
  }
  return problems;
}

function checkColumn(name: string, column: Column, {data}: ResolvedDocument): DocumentProblem[] {
  const path = ['data', 'columns', name];
  const written = (keys: readonly (keyof Column)[], reason: string) =>
    keys.filter(key => column[key] !== undefined).map(key => noEffect([...path, key], reason));
  if (column.type === 'ignore') {
    const keys = Object.keys(column).filter(key => key !== 'type') as (keyof Column)[];
    return written(keys, 'the column is not used');
  }
  const problems: DocumentProblem[] = [];
  if (column.type === 'numeric') problems.push(...written(['categories', 'order'], 'the column is numeric'));
  else if ((column.categories ?? data.categories) !== 'ordinal') {
    problems.push(...written(['order'], 'only categories coded as "ordinal" have an order'));
  }
  if (column.missing !== 'constant') {
    problems.push(...written(['fillValue'], 'only a missing of "constant" uses it'));
  } else if (column.fillValue === undefined) {
    const message = `Column ${quoted(name)} needs the key "fillValue", since its missing is "constant".`;
    problems.push({code: 'missing-key', severity: 'error', message, path: [...path, 'missing'], at: 'value'});
  }
  return problems;
}
