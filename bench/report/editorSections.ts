import type {EditorFigures, LanguageFigures, Spread, WindowFigures} from '../editorFigures.ts';
import {figure, table} from './markdown.ts';

/** The table of docs/language.md. */
export function languageSection({language}: EditorFigures): string {
  return language ? measuredLanguage(language) : 'Not measured.';
}

/** The table of docs/editor.md, with what matters most of the language. */
export function editorSection({language, window}: EditorFigures): string {
  if (!language || !window) return 'Not measured.';
  const rows: [string, Spread, string][] = [
    ['the extension is active: its code is loaded and `activate` has ended', window.activation, 'under 150'],
    ['from a key to the screen, nothing in training', window.keysAlone, ''],
    [`the same while ${window.workers} workers train and the panel draws`, window.keysInTraining, 'as smooth'],
    [`problems of a document of ${count(language.lines)} lines, after a key`, language.sound.diagnostics!, 'under 50'],
    ['completion in it, after a key', language.sound.completion!, 'under 50'],
  ];
  return `${table(
    ['in ms', 'median', '95 %', 'aim'],
    rows.map(([name, {median, p95}, aim]) => [name, figure(median), figure(p95), aim]),
  )}

${measuredOn(window)} Of ${window.activation.count} windows and ${window.keysAlone.count} keys each way; the language on its own, by time of the processor.`;
}

function measuredLanguage(language: LanguageFigures): string {
  const {lines, layers, variants, dataRows, sound, broken} = language;
  const rows = [
    ...Object.entries(sound),
    ...Object.entries(broken).map(([name, spread]) => [`${name}, a comma missing in the middle`, spread] as const),
  ];
  return `A document of ${count(lines)} lines with ${layers} layers and ${variants} variants, its ${count(dataRows)} rows read; one character is
typed before each. Time of the processor, garbage collection included, in ms.

${table(
  ['in ms', 'median', '95 %'],
  rows.map(([name, {median, p95}]) => [name, figure(median), figure(p95)]),
)}

${measuredOn(language)}`;
}

function measuredOn({machine, startedAt}: LanguageFigures | WindowFigures): string {
  return `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${startedAt.slice(0, 10)}; load of the machine before ${machine.loadBefore.toFixed(1)}.`;
}

const count = (value: number) => value.toLocaleString('en-US');
