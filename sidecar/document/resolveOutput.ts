import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import type {Loss, OutputActivation} from '../network/plan.ts';
import {removeKey, setTo} from './commonFixes.ts';
import {alternatives, type DocumentProblem, quoted} from './documentProblem.ts';

/** What is known of the target: nothing before the data are read, unless the document says it. */
export interface KnownTarget {
  readonly task: 'classification' | 'regression' | undefined;
  readonly classCount: number | undefined;
}

export interface ResolvedOutput {
  readonly activation: OutputActivation;
  readonly loss: Loss;
  readonly units: number;
}

/** Output layer and loss: what the document says, completed by what goes with it and with the target. */
export function resolveOutput(document: ResolvedDocument, classCount: number | undefined): ResolvedOutput {
  const {activation, loss} = {activation: document.output.activation, loss: document.training.loss};
  if (classCount === undefined) {
    return {activation: 'linear', loss: loss === 'auto' ? 'meanSquaredError' : (loss as Loss), units: 1};
  }
  const isSoftmax = classCount > 2 || activation === 'softmax' || loss === 'crossEntropy';
  return isSoftmax
    ? {activation: 'softmax', loss: 'crossEntropy', units: Math.max(classCount, 2)}
    : {activation: 'sigmoid', loss: 'binaryCrossEntropy', units: 1};
}

/** Stated output and loss that do not go with each other, or not with the target. */
export function checkOutput(document: ResolvedDocument, target: KnownTarget): DocumentProblem[] {
  const {activation} = document.output;
  const {loss} = document.training;
  const fitting = activation === 'auto' ? undefined : lossesOf[activation];
  if (fitting && loss !== 'auto' && !fitting.includes(loss)) {
    return [lossProblem(fitting, `with ${activation === 'softmax' ? 'a softmax' : `a ${activation}`} output`, loss)];
  }
  const allowed = allowedOutputs(target);
  if (!allowed) return [];
  const problems: DocumentProblem[] = [];
  if (activation !== 'auto' && !allowed.activations.includes(activation)) {
    const expected = alternatives(allowed.activations);
    const message = `output.activation must be ${expected} for ${allowed.target}, got ${quoted(activation)}.`;
    const path = ['output', 'activation'];
    const fixes = [removeKey(path)];
    problems.push({code: 'output-mismatch', severity: 'error', message, path, at: 'value', fixes});
  }
  const losses = allowed.activations.flatMap(each => lossesOf[each]);
  if (loss !== 'auto' && !losses.includes(loss)) problems.push(lossProblem(losses, `for ${allowed.target}`, loss));
  return problems;
}

const lossesOf: Record<OutputActivation, readonly Loss[]> = {
  sigmoid: ['binaryCrossEntropy'],
  softmax: ['crossEntropy'],
  linear: ['meanSquaredError', 'meanAbsoluteError', 'huber'],
};

function lossProblem(losses: readonly Loss[], where: string, loss: Loss): DocumentProblem {
  const message = `loss must be ${alternatives(losses)} ${where}, got ${quoted(loss)}.`;
  const path = ['training', 'loss'];
  const fixes = losses.length === 1 ? [setTo(path, losses[0]), removeKey(path)] : [removeKey(path)];
  return {code: 'loss-mismatch', severity: 'error', message, path, at: 'value', fixes};
}

function allowedOutputs({
  task,
  classCount,
}: KnownTarget): {activations: readonly OutputActivation[]; target: string} | undefined {
  if (task === undefined) return undefined;
  if (task === 'regression') return {activations: ['linear'], target: 'a real target'};
  if (classCount !== undefined && classCount > 2) {
    return {activations: ['softmax'], target: `a target with ${classCount} classes`};
  }
  return {activations: ['sigmoid', 'softmax'], target: 'a target with classes'};
}
