import type {InlayHint} from 'vscode-languageserver';
import type {Range} from '../../schemas/problem.ts';
import type {Path} from '../document/documentPath.ts';
import {type Analysis, overlaps} from './analysis.ts';
import {count, type LayerFacts, networkFacts, shape} from './networkFacts.ts';

/** Shapes and parameters behind layers, and what a learning rate comes to with its momentum. */
export function inlayHints(analysis: Analysis, visible: Range): InlayHint[] {
  const {parsed} = analysis.checked;
  const {layers, output, document} = networkFacts(analysis);
  const hints: InlayHint[] = [];
  const add = (path: Path, label: string, tooltip: string) => {
    const node = parsed.nodeAt(path);
    if (!node) return;
    const position = analysis.positionAt(node.offset + node.length);
    if (overlaps({start: position, end: position}, visible)) hints.push({position, label, tooltip, paddingLeft: true});
  };
  for (const [index, layer] of layers.entries()) add(['layers', index], layerLabel(layer), layer.description);
  if (parsed.nodeAt(['layers'])?.type === 'array') {
    const total = [...layers, output].reduce((sum, {parameters}) => sum + parameters, 0);
    const label = `output ${shape(output)}, ${count(total)} parameters in all`;
    add(['layers'], label, 'The output layer follows from the target and from "output".');
  }
  const {optimizer} = document.training;
  if (optimizer.type === 'sgd' && optimizer.momentum > 0) {
    const step = Number((optimizer.learningRate / (1 - optimizer.momentum)).toPrecision(3));
    const tooltip = 'learningRate / (1 − momentum): how far a constant gradient moves the weights in a step.';
    add(['training', 'optimizer', 'learningRate'], `effective ${step}`, tooltip);
  }
  return hints;
}

function layerLabel(layer: LayerFacts): string {
  const {plan, inputs, parameters} = layer;
  if ('rate' in plan && plan.type !== 'dropConnect' && plan.rate === 0) return 'drops nothing';
  if ('rate' in plan && plan.type !== 'dropConnect' && plan.type !== 'gaussianDropout' && plan.rate > 0) {
    const stay = inputs * (1 - plan.rate);
    return Number.isNaN(stay) ? shape(layer) : `${Number(stay.toPrecision(3))} of ${count(inputs)} stay`;
  }
  return parameters === 0 ? shape(layer) : `${shape(layer)}, ${count(parameters)} parameters`;
}
