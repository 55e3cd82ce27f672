import type {Problem} from '../../schemas/problem.ts';
import {checkSchema} from './checkSchema.ts';
import {copyValue} from './copyValue.ts';
import {isRecord} from './documentPath.ts';
import {comesBefore, sortProblems} from './documentProblem.ts';
import {isReadable, type ParsedDocument, parseDocument} from './parseDocument.ts';
import {type ResolvedVariants, resolveVariants} from './resolveVariants.ts';
import {type SoundParts, soundParts} from './soundParts.ts';

export interface CheckedDocument extends ResolvedVariants {
  readonly parsed: ParsedDocument;
  /** In the order of the text. */
  readonly problems: readonly Problem[];
  /** Those of them that JSON and the schema alone tell: an editor with a JSON service of its own shows these itself. */
  readonly schemaProblems: ReadonlySet<Problem>;
  /** The document as far as it can be understood: itself, if nothing is wrong with it. */
  readonly sound: ResolvedVariants & Pick<SoundParts, 'firstUnknownLayer'>;
}

/**
 * Everything that can be said about a document without its data. What the data add, `resolveNetwork` says.
 * @param overrides dotted paths and values, such as training.epochs from a command line, that count as if the document
 * held them; places stay those of the text
 */
export function checkDocument(text: string, overrides: Readonly<Record<string, unknown>> = {}): CheckedDocument {
  const parsed = withOverrides(parseDocument(text), overrides);
  return isReadable(parsed) ? checkReadable(parsed) : checkUnreadable(parsed);
}

function checkReadable(parsed: ParsedDocument): CheckedDocument {
  const resolved = resolveVariants(parsed);
  const ofSchema = [...parsed.problems, ...checkSchema(parsed)];
  const isSound = ofSchema.every(({code}) => code === 'duplicate-key') && resolved.variants.length > 0;
  const layers = parsed.value?.layers;
  const sound = isSound
    ? {...resolved, firstUnknownLayer: Array.isArray(layers) ? layers.length : 0}
    : resolveSoundParts(parsed);
  return gathered(parsed, resolved, ofSchema, resolved.problems, sound);
}

/**
 * After a syntax error the rest of the text may not mean what it seems to: only what stands before it is spoken of, and
 * nothing that may be missing because of it.
 */
function checkUnreadable(parsed: ParsedDocument): CheckedDocument {
  const mistake = parsed.problems[0]!.range.start;
  const isBefore = ({code, range}: Problem) => code !== 'missing-key' && comesBefore(range.end, mistake);
  const sound = resolveSoundParts(parsed);
  const ofSchema = [...parsed.problems, ...checkSchema(parsed).filter(isBefore)];
  const nothing = {base: sound.base, variants: [], problems: []};
  return gathered(parsed, nothing, ofSchema, sound.problems.filter(isBefore), sound);
}

function gathered(
  parsed: ParsedDocument,
  resolved: ResolvedVariants,
  ofSchema: readonly Problem[],
  ofVariants: readonly Problem[],
  sound: CheckedDocument['sound'],
): CheckedDocument {
  const problems = sortProblems([...ofSchema, ...ofVariants]);
  return {...resolved, parsed, problems, schemaProblems: new Set(ofSchema), sound};
}

function resolveSoundParts(parsed: ParsedDocument): CheckedDocument['sound'] {
  const {value, firstUnknownLayer} = soundParts(parsed.value ?? {});
  return {...resolveVariants({...parsed, value, problems: []}), firstUnknownLayer};
}

function withOverrides(parsed: ParsedDocument, overrides: Readonly<Record<string, unknown>>): ParsedDocument {
  if (!parsed.value) return parsed;
  const value = copyValue(parsed.value);
  for (const [path, given] of Object.entries(overrides)) {
    const [section, key] = path.split('.') as [string, string];
    const before = value[section];
    // What is no section stays: the schema says so.
    if (before === undefined || isRecord(before)) value[section] = {...before, [key]: given};
  }
  return {...parsed, value};
}
