import type {ResolvedDocument} from '../../schemas/generated/resolvedDocument.ts';
import {resolveNetwork} from '../document/resolveNetwork.ts';
import {layerSummary} from '../document/summarizeNetwork.ts';
import {type LayerPlan, layerWidth} from '../network/plan.ts';
import type {DataFacts} from '../rules/rule.ts';
import type {Analysis} from './analysis.ts';

/** A layer of the document as it stands, before any variant. NaN: not known. */
export interface LayerFacts {
  readonly plan: LayerPlan;
  readonly name: string;
  /** Such as "dense, relu, maxNorm 4". */
  readonly description: string;
  readonly inputs: number;
  readonly units: number;
  readonly parameters: number;
  /** Multiplications with an addition for one row, forward. */
  readonly multiplyAdds: number;
}

export interface NetworkFacts {
  readonly document: ResolvedDocument;
  /** In the order of the document. */
  readonly layers: readonly LayerFacts[];
  readonly output: LayerFacts;
  /** Of the document's own data; undefined if they are not known. */
  readonly data: DataFacts | undefined;
}

/** Shapes and sizes of the network, as far as document and data tell. */
export function networkFacts({checked, data}: Analysis): NetworkFacts {
  const {base, firstUnknownLayer} = checked.sound;
  const own = dataOf(base, checked.sound.variants, data?.variants);
  const target = own ? {task: own.target.task, classCount: own.classCount} : UNKNOWN_TARGET;
  const subject = {inputs: own?.network.inputs ?? Number.NaN, ...target};
  const {plan} = resolveNetwork(withAnyOutput(base), subject);
  const summaries = plan ? layerSummary(plan) : [];
  const all = (plan?.layers ?? []).map((layer, index): LayerFacts => {
    const isKnown = index < firstUnknownLayer || index === 0;
    const isOutput = index === plan!.layers.length - 1;
    const inputs = isKnown || (isOutput && firstUnknownLayer >= index) ? layer.inputs : Number.NaN;
    const units =
      !own && isOutput ? Number.NaN : index < firstUnknownLayer || isOutput ? layerWidth(layer) : Number.NaN;
    const {name, description, parameters} = summaries[index]!;
    const hasWeights = layer.type === 'dense' || layer.type === 'dropConnect';
    const counted = Number.isNaN(inputs + units) ? Number.NaN : parameters;
    return {
      plan: layer,
      name,
      description,
      inputs,
      units,
      parameters: counted,
      multiplyAdds: hasWeights ? inputs * units : 0,
    };
  });
  return {document: base, layers: all.slice(0, -1), output: all.at(-1)!, data: own};
}

const UNKNOWN_TARGET = {task: 'regression', classCount: 0} as const;

/** A variant with the data of the document itself has its inputs and its target. */
function dataOf(
  base: ResolvedDocument,
  variants: Analysis['checked']['variants'],
  facts: ReadonlyMap<string, DataFacts> | undefined,
): DataFacts | undefined {
  const section = JSON.stringify(base.data);
  const same = variants.find(({name, document}) => facts?.has(name) && JSON.stringify(document.data) === section);
  return same && facts?.get(same.name);
}

/** A wrong output is said elsewhere; the layers before it have their shapes all the same. */
function withAnyOutput(document: ResolvedDocument): ResolvedDocument {
  const output = {...document.output, activation: 'auto' as const};
  return {...document, output, training: {...document.training, loss: 'auto'}};
}

/** "1,830"; "?" where it is not known. */
export function count(value: number): string {
  return Number.isNaN(value) ? '?' : Math.round(value).toLocaleString('en');
}

/** "60 → 30". */
export function shape({inputs, units}: LayerFacts): string {
  return `${count(inputs)} → ${count(units)}`;
}
