import {type Improvement, improveDocument as improve} from '../answers/improveDocument.ts';
import {readDocument} from '../experiment/loadExperiment.ts';
import {printable} from '../terminal/table.ts';
import {EXIT} from '../userError.ts';
import {tellProblems} from './tellProblems.ts';
import {writeDocument} from './writeDocument.ts';

export interface ImproveOptions {
  /** Name of the new variant. */
  readonly as: string;
  readonly write?: boolean;
  readonly json?: boolean;
}

/** `mlp improve FILE`: a variant that follows the tutorial's tips, shown or written. @returns the exit code */
export function improveDocument(file: string, {as: name, write = false, json = false}: ImproveOptions): number {
  const before = readDocument(file);
  const {improvement, problems} = improve(before, name);
  tellProblems(problems, file);
  if (!improvement) return EXIT.wrongInput;
  const {changes, reasons, text} = improvement;
  if (write) writeDocument(file, before, text, 'the tips are');
  if (json) console.log(JSON.stringify({variant: name, changes, reasons, written: write}));
  else console.log(report(file, improvement, write));
  return EXIT.done;
}

/** As a shell takes it. */
const quoted = (name: string) => (/^[\w.-]+$/.test(name) ? name : JSON.stringify(name));

function report(file: string, {name, changes, reasons, variants}: Improvement, isWritten: boolean): string {
  const variant = JSON.stringify({[name]: changes}, null, 2)
    .split('\n')
    .slice(1, -1);
  const next = `"mlp cv ${file}" compares it with ${variants === 1 ? 'the document as it stands' : 'the other variants'}: tips are no promise. "mlp lr ${file} --variant ${quoted(name)}" finds its learning rate${isWritten ? '' : ', once it is written'}.`;
  return [
    ...reasons.map(reason => `- ${reason}`),
    '',
    ...(isWritten
      ? [`${file} has them as its variant "${name}".`]
      : ['As a variant (--write puts it into the document):', ...variant]),
    '',
    next,
  ]
    .map(printable)
    .join('\n');
}
