import {createScanner, type ParseError} from 'jsonc-parser';

export interface SyntaxMistake {
  readonly message: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * The parser's errors in sentences: the first few, one a line, since most errors after the first follow from it.
 * @param lineOf line of an offset
 */
export function syntaxMistakes(
  text: string,
  errors: readonly ParseError[],
  lineOf: (offset: number) => number,
): SyntaxMistake[] {
  const mistakes: SyntaxMistake[] = [];
  const surroundings = scanBefore(text);
  let lastLine = -1;
  for (const error of errors) {
    const line = lineOf(error.offset);
    if (line === lastLine) continue;
    lastLine = line;
    const {mistake, rest} = describe(text, error, surroundings(error.offset), lineOf);
    mistakes.push(mistake);
    if (rest === 'unreadable' || mistakes.length === mostMistakes) break;
  }
  return mistakes;
}

const mostMistakes = 3;

interface Surroundings {
  /** Of the token before, comments aside; of length 0 at the start. */
  readonly before: {readonly offset: number; readonly length: number};
  /** The innermost bracket that is open. */
  readonly open: Bracket | undefined;
  /** The first that was closed by a bracket further left than its line: probably that one belongs to another. */
  readonly suspect: Bracket | undefined;
}

interface Bracket {
  readonly bracket: string;
  readonly offset: number;
}

/** What stands before an offset. The offsets asked for must ascend. */
function scanBefore(text: string): (offset: number) => Surroundings {
  const scanner = createScanner(text, true);
  const open: Bracket[] = [];
  let suspect: Bracket | undefined;
  let before = {offset: 0, length: 0};
  let token = scanner.scan();
  return offset => {
    while (token !== endOfFile && scanner.getTokenOffset() < offset) {
      const bracket = text[scanner.getTokenOffset()]!;
      if (token === 1 || token === 3) open.push({bracket, offset: scanner.getTokenOffset()});
      else if (token === 2 || token === 4) {
        const closed = open.pop();
        const indent = indentBefore(text, scanner.getTokenOffset());
        if (closed && indent !== undefined && indent < lineIndent(text, closed.offset)) suspect ??= closed;
      }
      before = {offset: scanner.getTokenOffset(), length: scanner.getTokenLength()};
      token = scanner.scan();
    }
    return {before, open: open.at(-1), suspect};
  };
}

/** Characters before a token that begins its line; undefined for others. */
function indentBefore(text: string, offset: number): number | undefined {
  const before = lineBefore(text, offset);
  return before?.trim() === '' ? before.length : undefined;
}

/** Indent of the line that an offset is in. */
function lineIndent(text: string, offset: number): number {
  return lineBefore(text, offset + 1)?.search(/\S/) ?? 0;
}

/** The line up to an offset; undefined if it is so long that it tells no indent (and takes long to look through). */
function lineBefore(text: string, offset: number): string | undefined {
  const window = text.slice(Math.max(0, offset - longestLine), offset);
  const start = Math.max(window.lastIndexOf('\n'), window.lastIndexOf('\r')) + 1;
  return start === 0 && offset > longestLine ? undefined : window.slice(start);
}

const longestLine = 200;

/** jsonc-parser's SyntaxKind, a const enum: 1 to 4 are the brackets { } [ ]. */
const endOfFile = 17;

/** `rest` tells whether errors after this one mean anything. */
function describe(
  text: string,
  {error, offset, length}: ParseError,
  {before, open, suspect}: Surroundings,
  lineOf: (offset: number) => number,
): {mistake: SyntaxMistake; rest: 'readable' | 'unreadable'} {
  const token = text.slice(offset, offset + length);
  const here = (message: string) => ({mistake: {message, offset, length}, rest: 'readable' as const});
  const fatal = (message: string) => ({mistake: {message, offset, length}, rest: 'unreadable' as const});
  const afterwards = (message: string) => ({mistake: {message, ...before}, rest: 'readable' as const});

  switch (parseErrors[error]) {
    case 'invalidSymbol':
      // Right behind a text: that one ended at a quote that should begin another.
      return before.offset + before.length === offset && text[offset - 1] === '"' && token[0] !== '='
        ? fatal('A double quote is missing before this, or one is too many.')
        : here(symbolMessage(text, token, offset));
    case 'commaExpected':
    case 'valueExpected':
      if ((token === '}' || token === ']') && open && closing(open.bracket) !== token) {
        const what = open.bracket === '[' ? 'list' : 'object';
        return fatal(
          `The ${what} of line ${lineOf(open.offset) + 1} must end with ${closing(open.bracket)}, got ${token}.`,
        );
      }
      if (parseErrors[error] === 'commaExpected') {
        const adjacent = before.offset + before.length === offset && /\d/.test(token);
        return adjacent ? here('A number must not begin with 0.') : afterwards('A comma is missing after this.');
      }
      if (token === '') return fatal('The document ends where a value is expected.');
      if (token === ',') return here('A value is missing before this comma.');
      return here(`A value is missing before this ${token}.`);
    case 'propertyNameExpected':
      return here(
        token === ',' ? 'There is one comma too many.' : 'A key in double quotes is expected, such as "units".',
      );
    case 'colonExpected':
      return afterwards('A colon is missing after this key.');
    case 'closeBraceExpected':
    case 'closeBracketExpected': {
      const {bracket, offset} = suspect ?? open ?? {bracket: '{', offset: 0};
      const message = `This ${bracket} is never closed: ${closing(bracket)} is missing.`;
      return {mistake: {message, offset, length: 1}, rest: 'unreadable'};
    }
    case 'endOfFileExpected':
      return fatal(
        token === '}' || token === ']'
          ? `There is one ${token} too many.`
          : 'The document must be one object, got more after its end.',
      );
    case 'unexpectedEndOfComment':
      return fatal('This comment is never closed: */ is missing.');
    case 'unexpectedEndOfString':
      return fatal('This text is never closed: a double quote is missing at its end.');
    case 'unexpectedEndOfNumber':
      return here('This number is not complete.');
    case 'invalidUnicode':
      return here('\\u must be followed by four hexadecimal digits.');
    case 'invalidEscapeCharacter':
      return here('A backslash must be written twice in text: \\\\. In paths, / works on every system.');
    case 'invalidCharacter':
      return here('Tabs and line breaks must be written \\t and \\n in text.');
    default:
      return here('This cannot be read as JSON.');
  }
}

/** jsonc-parser's ParseErrorCode, a const enum. */
const parseErrors: Record<number, string | undefined> = {
  1: 'invalidSymbol',
  3: 'propertyNameExpected',
  4: 'valueExpected',
  5: 'colonExpected',
  6: 'commaExpected',
  7: 'closeBraceExpected',
  8: 'closeBracketExpected',
  9: 'endOfFileExpected',
  11: 'unexpectedEndOfComment',
  12: 'unexpectedEndOfString',
  13: 'unexpectedEndOfNumber',
  14: 'invalidUnicode',
  15: 'invalidEscapeCharacter',
  16: 'invalidCharacter',
};

/** A word or sign that JSON does not know. */
function symbolMessage(text: string, token: string, offset: number): string {
  const isKey = /^\s*:/.test(text.slice(offset + token.length, offset + token.length + 100));
  const bare = token.replace(/^['‘’“”`]|['‘’“”`]$/g, '');
  if (token.length > 60) return 'This cannot be read as JSON. Text must be in double quotes.';
  if (token.startsWith('#')) return 'A comment must begin with //, got #.';
  if (token.startsWith('=')) return 'A colon must stand between key and value, got =.';
  if (isKey) return `A key must be in double quotes: "${bare}".`;
  if (/^(true|false)$/i.test(token)) return `true and false must be in small letters, got ${token}.`;
  if (/^(null|none|nil|undefined)$/i.test(token)) return `${token} is no value. Leave the key out for its default.`;
  if (/^[+-]?(nan|inf|infinity)$/i.test(token)) return `A number must be finite, got ${token}.`;
  if (/^-?\.\d+$/.test(token)) return `A number must begin with a digit: write ${token.replace('.', '0.')}.`;
  if (/^\+\d/.test(token)) return `A number must not begin with a plus sign: write ${token.slice(1)}.`;
  if (bare !== token || /^\p{L}[\p{L}\d_.-]*$/u.test(token)) return `Text must be in double quotes: "${bare}".`;
  return `${token} cannot be read as JSON.`;
}

function closing(bracket: string): string {
  return bracket === '[' ? ']' : '}';
}
