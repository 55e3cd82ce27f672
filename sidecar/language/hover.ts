import type {Hover} from 'vscode-languageserver';
import {COMMANDS, type DocumentCommand} from '../../schemas/commands.ts';
import type {Position} from '../../schemas/problem.ts';
import {changePath} from '../document/changePath.ts';
import {isRecord, type Path, valueAt} from '../document/documentPath.ts';
import {metrics} from '../evaluation/metrics.ts';
import {trainedFacts} from '../rules/trainedFacts.ts';
import {meanAndSd} from '../terminal/numbers.ts';
import {type Analysis, keptTable, rangeOf} from './analysis.ts';
import {columnText, short, sparkline} from './columnFacts.ts';
import {dropFrequency} from './dropFrequency.ts';
import {count, type LayerFacts, type NetworkFacts, networkFacts, shape} from './networkFacts.ts';
import {isChange, layerIndex, type Place, placeAt} from './place.ts';
import {ratePreview, type SchedulePreview, schedulePreview} from './schedulePreview.ts';
import {sha256} from './sha256.ts';

/** What is computed about the thing under the pointer. What a key means, the schema says. */
export function hover(analysis: Analysis, position: Position): Hover | undefined {
  const place = placeAt(analysis, analysis.offsetAt(position));
  if (!place) return undefined;
  const text = layerText(analysis, place) ?? valueText(analysis, place);
  if (text === undefined || text === '') return undefined;
  const {offset, length} = place.node;
  const isLong = place.node.type === 'object' || place.node.type === 'array';
  return {contents: {kind: 'markdown', value: text}, range: rangeOf(analysis, offset, isLong ? 1 : length)};
}

/** On a layer itself, its type or its name. */
function layerText(analysis: Analysis, {path}: Place): string | undefined {
  const index = layerIndex(path);
  const isLayer = path.length === 2 || ['type', 'name'].includes(String(path[2]));
  if (index === undefined || !isLayer) return undefined;
  const network = networkFacts(analysis);
  const layer = network.layers[index];
  if (!layer) return undefined;
  return [layerSizes(layer, network), liveUnits(layer), ...lastRun(analysis, layer)].filter(Boolean).join('\n\n');
}

function layerSizes(layer: LayerFacts, {document, layers, output}: NetworkFacts): string {
  const {batchSize} = document.training;
  const total = [...layers, output].reduce((sum, {parameters}) => sum + parameters, 0);
  const share = layer.parameters > 0 && total > 0 ? ` of ${count(total)}` : '';
  const facts = [`**${layer.name}** · ${layer.description}`, '', `${shape(layer)} units`];
  if (layer.parameters > 0 || Number.isNaN(layer.parameters))
    facts[2] += ` · ${count(layer.parameters)}${share} parameters`;
  if (layer.multiplyAdds > 0) facts[2] += ` · ${count(layer.multiplyAdds)} multiply-adds a row`;
  // Weights, their gradients and the optimizer's states are float32; so are the outputs of a batch and their gradients.
  const bytes = 4 * (layer.parameters * copies(document.training.optimizer.type) + 2 * batchSize * layer.units);
  if (!Number.isNaN(bytes)) facts[2] += ` · ${memory(bytes)} in training`;
  return facts.join('\n');
}

/** Arrays of the size of the weights that training keeps. */
function copies(optimizer: string): number {
  return optimizer === 'adam' || optimizer === 'adamW' ? 4 : 3;
}

function memory(bytes: number): string {
  if (bytes < 1e3) return `${bytes} bytes`;
  return bytes < 1e6 ? `${Number((bytes / 1e3).toPrecision(3))} KB` : `${Number((bytes / 1e6).toPrecision(3))} MB`;
}

/** Units that stay are binomial; Gaussian noise drops none. */
function liveUnits({plan, inputs}: LayerFacts): string {
  if (!('rate' in plan) || plan.rate === 0 || Number.isNaN(inputs)) return '';
  const {rate} = plan;
  if (plan.type === 'gaussianDropout') {
    return `Each unit is multiplied by 1 ± ${short(Math.sqrt(rate / (1 - rate)))}, for each row anew.`;
  }
  const [what, size] = plan.type === 'dropConnect' ? ['weights', inputs * plan.units] : ['units', inputs];
  const mean = size * (1 - rate);
  const sd = Math.sqrt(size * rate * (1 - rate));
  return `${short(mean)} ± ${short(sd)} of ${count(size)} ${what} stay for a row (n·q ± √(n·p·q)).`;
}

/** What stored runs tell of a layer, with the way to its picture. */
function lastRun(analysis: Analysis, layer: LayerFacts): string[] {
  const {uri, stored} = analysis;
  const lines = [...modelText(analysis, layer), ...dropText(analysis, layer)];
  const run = stored.crossValidation ?? stored.training;
  if (run) {
    const argument: DocumentCommand = {uri, run: run.directory, layer: layer.name};
    lines.push(`[Show in the panel](command:${COMMANDS.showPanel}?${encodeURIComponent(JSON.stringify([argument]))})`);
  }
  return lines;
}

/** Of the model that was trained from the document as it stands, or of the first one. */
function modelText({stored, data, checked}: Analysis, layer: LayerFacts): string[] {
  const models = trainedFacts(stored.training, keptTable(data));
  const layers = JSON.stringify(checked.sound.base.layers);
  const model = models.find(({document}) => JSON.stringify(document.layers) === layers) ?? models[0];
  const state = model?.layers.find(each => each.layer === layer.name);
  if (!model || !state) return [];
  const facts: string[] = [];
  if (state.incomingNorms) {
    const norms = state.incomingNorms.toSorted();
    const [least, middle, most] = [norms[0]!, norms[norms.length >> 1]!, norms.at(-1)!].map(short);
    const bound =
      state.maxNorm === null ? '' : `, ${state.clippedUnits} of ${norms.length} at the bound of ${state.maxNorm}`;
    facts.push(`norms of incoming weights ${least} to ${most}, median ${middle}${bound}`);
  }
  if (state.active)
    facts.push(`${state.deadUnits} of ${state.active.length} units active for none of ${count(model.rows)} rows`);
  return facts.length === 0 ? [] : [`After the last training ("${model.variant}"): ${facts.join('; ')}.`];
}

/** Only of a run of this very text and data: its masks follow from both. */
function dropText({stored, data, text}: Analysis, layer: LayerFacts): string[] {
  const run = stored.crossValidation?.run;
  const isSame = run?.document.sha256 === sha256(text) && run.data.sha256 === data?.profile?.sha256;
  const isPlain = Object.keys(run?.overrides ?? {}).every(key => key === 'variants');
  const found = isSame && isPlain && data?.experiment ? dropFrequency(data.experiment, layer.name) : undefined;
  if (!found) return [];
  const {variant, rate, epochs, least, most, sd} = found;
  const when = `epochs 1 to ${epochs} of the first fold ("${variant}")`;
  return [
    `Dropped in ${when}: each unit for ${percent(least)} to ${percent(most)} of the rows, ${percent(rate)} ± ${percent(sd)} expected.`,
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function valueText(analysis: Analysis, {path, at, node}: Place): string | undefined {
  const [section, key, third] = path.map(String);
  if (section === 'data') return dataText(analysis, path, node.type === 'string' ? String(node.value) : undefined, at);
  if (section === 'variants') return variantText(analysis, path);
  const network = networkFacts(analysis);
  if (section === 'evaluation') {
    if (key === 'groupBy' || key === 'timeBy') return namedColumn(analysis, String(node.value));
    return foldsText(network, analysis, String(key));
  }
  const index = layerIndex(path);
  if (index !== undefined) return layerKeyText(analysis, network, index, String(third));
  if (section === 'training') return trainingText(network, String(key), String(third ?? ''));
  return undefined;
}

function layerKeyText(analysis: Analysis, network: NetworkFacts, index: number, key: string): string | undefined {
  const layer = network.layers[index];
  if (!layer) return undefined;
  if (key === 'rate') return liveUnits(layer);
  if (key === 'schedule' && 'rate' in layer.plan) {
    const {epochs} = network.document.training;
    return courseText('Rate', ratePreview(layer.plan, epochs), epochs, '');
  }
  if (key === 'maxNorm') return ['Usual: 2 to 5.', ...lastRun(analysis, layer)].join('\n\n');
  if (key === 'units') return layerSizes(layer, network);
  return undefined;
}

function trainingText({document: {training}, data}: NetworkFacts, key: string, inner: string): string | undefined {
  const {optimizer, schedule, epochs, batchSize} = training;
  if (key === 'optimizer' && (inner === 'learningRate' || inner === 'momentum')) {
    const usual = {
      sgd: '0.001 to 0.1',
      adam: '0.0001 to 0.01',
      adamW: '0.0001 to 0.01',
      rmsProp: '0.0001 to 0.01',
      adagrad: '0.001 to 0.1',
    }[optimizer.type];
    if (!('momentum' in optimizer)) return `Usual for ${optimizer.type}: ${usual}.`;
    const step = short(optimizer.learningRate / (1 - optimizer.momentum));
    const range =
      inner === 'momentum'
        ? 'Usual: 0.8 to 0.95; with dropout up to 0.99 and a schedule.'
        : `Usual for ${optimizer.type}: ${usual}.`;
    return `Effective step learningRate / (1 − momentum) = ${short(optimizer.learningRate)} / ${short(1 - optimizer.momentum)} = **${step}**.\n\n${range}`;
  }
  if (key === 'schedule') {
    const note = schedule.type === 'plateau' ? ' if the loss never fell' : '';
    return courseText('Learning rate', schedulePreview(training), epochs, note);
  }
  if ((key === 'epochs' || key === 'batchSize') && data) {
    const steps = training.dropLast ? Math.floor(data.trainRows / batchSize) : Math.ceil(data.trainRows / batchSize);
    const last = data.trainRows % batchSize;
    const rest = last > 0 && !training.dropLast && steps > 1 ? `, the last of ${last} rows` : '';
    return `${count(data.trainRows)} training rows in batches of ${batchSize}: ${count(steps)} steps an epoch${rest}, ${count(steps * epochs)} steps in all.`;
  }
  return undefined;
}

/** A picture, and in words what is seen in it. Where there are no pictures, letters draw it. */
function courseText(what: string, {rates, image}: SchedulePreview, epochs: number, note: string): string {
  const [first, last, most] = [rates[0]!, rates.at(-1)!, Math.max(...rates)];
  const peak = most > first && most > last ? `up to ${short(most)} and down ` : '';
  const words = `${what} from ${short(first)} ${peak}to ${short(last)} over ${count(epochs)} epochs${note}.`;
  return `![${sparkline(thinned(rates))}](${image})\n\n${words}`;
}

function thinned(rates: readonly number[]): number[] {
  const step = Math.max(1, Math.floor(rates.length / 40));
  return rates.filter((_, at) => at % step === 0);
}

function foldsText({document, data}: NetworkFacts, {checked}: Analysis, key: string): string | undefined {
  const {method, folds, repeats, testShare} = document.evaluation;
  if (!['method', 'folds', 'repeats', 'testShare'].includes(key)) return undefined;
  const networks = checked.sound.variants.length * repeats * (method === 'holdout' ? 1 : folds);
  const trained = `${count(networks)} networks are trained (${checked.sound.variants.length} variants).`;
  if (!data) return trained;
  const tested =
    method === 'holdout'
      ? Math.round(data.rows * testShare)
      : Math.floor(data.rows / (method === 'kFold' ? folds : folds + 1));
  return `${count(data.rows)} rows: each test part has about ${count(tested)}, the smallest training part ${count(data.trainRows)}. ${trained}`;
}

function dataText(analysis: Analysis, path: Path, text: string | undefined, at: 'key' | 'value'): string | undefined {
  const {profile} = analysis.data ?? {};
  const [, key, name] = path.map(String);
  if (!profile) return undefined;
  if (key === 'source') {
    const {rows, columns, byteLength, format, delimiter, encoding} = profile;
    const form =
      format === 'delimited' ? `divided by ${delimiter === '\t' ? 'tabs' : `"${delimiter}"`}, ${encoding}` : format;
    return `${count(rows)} rows, ${columns.length} columns, ${memory(byteLength)}, ${form}.`;
  }
  if (key === 'columns' && name !== undefined && path.length === 3) return namedColumn(analysis, name);
  if (text === undefined || at === 'key') return undefined;
  return ['target', 'features', 'exclude'].includes(String(key)) ? namedColumn(analysis, text) : undefined;
}

function namedColumn({data}: Analysis, name: string): string | undefined {
  const profile = data?.profile?.columns.find(column => column.name === name);
  const [facts] = data?.variants.values() ?? [];
  return (
    profile &&
    columnText(
      profile,
      facts?.rowsRead?.table.columns.find(column => column.name === name),
    )
  );
}

function variantText({checked, stored}: Analysis, path: Path): string | undefined {
  const document = checked.sound.base as unknown as Record<string, unknown>;
  if (isChange(path)) {
    const found = changePath(path[2], document);
    if ('message' in found) return undefined;
    const now = valueAt(document, found.path);
    const then = valueAt(checked.parsed.value, path);
    return `In the document: \`${JSON.stringify(now) ?? 'not set'}\`; in this variant: \`${JSON.stringify(then) ?? 'not set'}\`.`;
  }
  if (path.length !== 2) return undefined;
  const changes = valueAt(checked.parsed.value, path);
  const number = isRecord(changes) ? Object.keys(changes).length : 0;
  const lines = [
    number === 0 ? 'The document as it stands.' : `${number} change${number === 1 ? '' : 's'} of the document.`,
  ];
  const result = stored.crossValidation?.run.crossValidation?.variants.find(model => model.name === path[1]);
  if (result) {
    const rows = Object.entries(metrics).flatMap(([metric, {label}]) => {
      const summary = result.summary[metric];
      return summary ? [`| ${label} | ${meanAndSd(metric as keyof typeof metrics, summary)} |`] : [];
    });
    lines.push(
      `Last result, over ${result.folds.length} test folds:`,
      ['| metric | mean ± sd |', '| --- | --- |', ...rows].join('\n'),
    );
  }
  return lines.join('\n\n');
}
