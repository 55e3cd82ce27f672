import {
  ClientCapabilities,
  type FormattingOptions,
  getLanguageService,
  type JSONDocument,
  type Position,
  type Range,
  type TextDocument,
} from 'vscode-json-languageservice';
import type {
  CompletionItem,
  DocumentSymbol,
  FoldingRange,
  Hover,
  SelectionRange,
  TextEdit,
} from 'vscode-languageserver';
import {editorSchema} from './editorSchema.ts';

/** What VS Code's JSON service does there, for editors that have none. */
export interface JsonService {
  complete(document: TextDocument, position: Position): Promise<CompletionItem[]>;
  /** What the schema says of a key, before what was computed about it. */
  hover(document: TextDocument, position: Position, own: Hover | undefined): Promise<Hover | null>;
  symbols(document: TextDocument): DocumentSymbol[];
  folds(document: TextDocument): FoldingRange[];
  selections(document: TextDocument, positions: readonly Position[]): SelectionRange[];
  format(document: TextDocument, range: Range | undefined, options: FormattingOptions): TextEdit[];
}

export function createJsonService(): JsonService {
  const service = getLanguageService({clientCapabilities: ClientCapabilities.LATEST});
  const schemas = [{uri: 'mlp.schema.json', fileMatch: ['*'], schema: editorSchema()}];
  service.configure({schemas, allowComments: true});
  const parse = (document: TextDocument): JSONDocument => service.parseJSONDocument(document);
  return {
    async complete(document, position) {
      return (await service.doComplete(document, position, parse(document)))?.items ?? [];
    },
    async hover(document, position, own) {
      const found = await service.doHover(document, position, parse(document));
      if (!found || !own) return found ?? own ?? null;
      return {...own, contents: {kind: 'markdown', value: `${markdown(found)}\n\n---\n\n${markdown(own)}`}};
    },
    symbols: document => service.findDocumentSymbols2(document, parse(document)),
    folds: document => service.getFoldingRanges(document),
    selections: (document, positions) => service.getSelectionRanges(document, [...positions], parse(document)),
    format: (document, range, options) => service.format(document, range, options),
  };
}

function markdown({contents}: Hover): string {
  const parts = Array.isArray(contents) ? contents : [contents];
  return parts.map(part => (typeof part === 'string' ? part : part.value)).join('\n\n');
}
