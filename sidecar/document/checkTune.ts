/** What is wrong with `tune` that the schema cannot say: ranges that contradict themselves, paths and values that do not fit. */
import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import {applyChanges} from './applyChanges.ts';
import {changePath} from './changePath.ts';
import {isRecord, type Path} from './documentPath.ts';
import {type DocumentProblem, quoted} from './documentProblem.ts';
import {schemaAt} from './documentSchema.ts';
import {noEffect} from './resolveNetwork.ts';
import {gridSize, points, type Tune, type TuneRange} from './tuneCandidates.ts';

/** More settings than anyone would wait for. */
const MOST_SETTINGS = 500;

/** Of float32, in which networks are trained. */
const LARGEST_NUMBER = 3.4e38;

/**
 * @param written the document with the names of its layers, without variants
 * @param fixed why a path must not be changed, or undefined where it may
 * @param check the problems of a changed document that it did not have before
 */
export function checkTune(
  tune: Tune | undefined,
  written: Record<string, unknown>,
  fixed: (dotted: string, path: Path | undefined) => string | undefined,
  check: (changed: Record<string, unknown>) => readonly DocumentProblem[],
): DocumentProblem[] {
  if (!tune) return [];
  const problems = Object.entries(tune.space).flatMap(([dotted, range]) => {
    const path = ['tune', 'space', dotted];
    if (dotted === 'training.seed' || holdsSeed(dotted, range!)) return [tunedSeed(path)];
    const own = rangeProblems(range!, path, takesWholeNumbers(dotted, written));
    return own.length > 0 ? own : valueProblems(dotted, range!, written, path, fixed, check);
  });
  if (problems.length > 0) return problems;
  const isGrid = tune.method === 'grid';
  const size = gridSize(tune, dotted => takesWholeNumbers(dotted, written));
  if (isGrid && size > MOST_SETTINGS) {
    const message = `The grid has ${size} settings, more than ${MOST_SETTINGS}: use larger steps, or the method "random".`;
    return [{code: 'too-many-settings', severity: 'error', message, path: ['tune', 'space'], at: 'key'}];
  }
  const document = written.tune as Record<string, unknown>;
  return isGrid && document.trials !== undefined
    ? [noEffect(['tune', 'trials'], 'a grid tries all its settings; it belongs to "random" and "halving"')]
    : [];
}

/** Whether a path takes whole numbers only, as units and epochs do. */
export function takesWholeNumbers(dotted: string, document: Record<string, unknown>): boolean {
  const found = changePath(dotted, document);
  return 'path' in found && schemaAt(found.path, document)?.type === 'integer';
}

/** The written document as `takesWholeNumbers` needs it. */
export type Written = ResolvedDocument | Record<string, unknown>;

function tunedSeed(path: Path): DocumentProblem {
  const message =
    'A seed is not to be tuned: the best of several is the luckiest, and no better on new rows. To train from several seeds, set evaluation.repeats.';
  return {code: 'tuned-seed', severity: 'error', message, path, at: 'key'};
}

/** Whether values of the whole section bring a seed each. */
function holdsSeed(dotted: string, {values = []}: TuneRange): boolean {
  return dotted === 'training' && values.some(value => isRecord(value) && value.seed !== undefined);
}

/** @param whole whether the path takes whole numbers only */
function rangeProblems(
  {values, from, to, step, count, scale}: TuneRange,
  path: Path,
  whole: boolean,
): DocumentProblem[] {
  const wrong = (message: string, key?: string): DocumentProblem[] => [
    {code: 'wrong-range', severity: 'error', message, path: key ? [...path, key] : path, at: key ? 'value' : 'key'},
  ];
  if (values) {
    const numbers = [from, to, step, count].some(each => each !== undefined);
    return numbers ? wrong('Give either values, or from and to with step or count.') : [];
  }
  if (from === undefined || to === undefined) return wrong('Give from and to, or a list of values.');
  // Values between whole bounds stay within them when they are rounded.
  const broken = Object.entries({from, to}).find(([, end]) => whole && !Number.isInteger(end));
  if (broken) {
    const [key, end] = broken;
    return wrong(`${key} must be an integer, as all values of ${path.at(-1)} are, got ${end}.`, key);
  }
  const huge = Object.entries({from, to}).find(([, end]) => Math.abs(end) > LARGEST_NUMBER);
  if (huge)
    return wrong(`${huge[0]} must be at most 3.4e38 in size, as numbers of a network are, got ${huge[1]}.`, huge[0]);
  if (from >= to) return wrong(`from must be below to, got ${from} and ${to}.`, 'from');
  if (step !== undefined && count !== undefined) return wrong('Give step or count, not both.', 'count');
  if (step !== undefined && step > to - from) {
    return wrong(`step must be at most the distance from ${from} to ${to}, got ${step}.`, 'step');
  }
  if (scale !== 'log') return [];
  if (from <= 0) return wrong(`from must be above 0 where the scale is "log", got ${from}.`, 'from');
  return step === undefined ? [] : wrong('A scale of "log" has no step: give count, the number of values.', 'step');
}

/** The values at the ends of a range, and all that are listed, must fit the document. */
function valueProblems(
  dotted: string,
  range: TuneRange,
  written: Record<string, unknown>,
  path: Path,
  fixed: (dotted: string, path: Path | undefined) => string | undefined,
  check: (changed: Record<string, unknown>) => readonly DocumentProblem[],
): DocumentProblem[] {
  const all = points(range, takesWholeNumbers(dotted, written));
  const tried = range.values ? all : [all[0], all.at(-1)];
  for (const value of tried) {
    const {document, problems} = applyChanges(written, {[dotted]: value}, fixed);
    const [first] = problems;
    if (first) {
      return [{code: first.code, severity: 'error', message: first.message, path, at: 'key'}];
    }
    const [wrong] = check(document).filter(({severity}) => severity === 'error');
    if (wrong) {
      const message = `${quoted(dotted)} cannot be ${JSON.stringify(value)}: ${wrong.message}`;
      return [{code: wrong.code, severity: 'error', message, path, at: 'key'}];
    }
  }
  return [];
}
