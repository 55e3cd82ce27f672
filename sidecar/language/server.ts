import {pathToFileURL} from 'node:url';
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import {TextDocument} from 'vscode-languageserver-textdocument';
import {RUNS_CHANGED} from '../../schemas/commands.ts';
import {thresholdsFrom} from '../rules/thresholds.ts';
import type {Analysis} from './analysis.ts';
import {codeActions} from './codeActions.ts';
import {codeLenses} from './codeLenses.ts';
import {completions} from './completions.ts';
import {dataPath} from './dataCache.ts';
import {diagnostics} from './diagnostics.ts';
import {hover} from './hover.ts';
import {inlayHints} from './inlayHints.ts';
import type {JsonService} from './jsonService.ts';
import {definition, documentLinks, prepareRename, references, rename} from './names.ts';
import {type LanguageOptions, parseLanguageOptions} from './options.ts';
import {ruleAddresses} from './rulesPage.ts';
import {Sessions} from './sessions.ts';

/** Milliseconds without a keystroke after which a text is checked. */
const quietMs = 120;

/**
 * Speaks the Language Server Protocol over a connection until it ends. All that is known comes from functions of a
 * text and a position; here they are only asked at the right time.
 */
export function startLanguageServer(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const waiting = new Map<string, NodeJS.Timeout>();
  /** Documents that were checked since they were opened. */
  const seen = new Set<string>();
  let options: LanguageOptions;
  let sessions: Sessions;
  let explain: (code: string) => string | undefined = () => undefined;
  let client: InitializeParams['capabilities'] = {};
  /** In editors without a JSON service of their own. */
  let json: JsonService | undefined;

  connection.onInitialize(async ({capabilities, initializationOptions}): Promise<InitializeResult> => {
    client = capabilities;
    options = parseLanguageOptions(initializationOptions);
    explain = ruleAddresses(options.rulesPage);
    const thresholds = thresholdsFrom(options.thresholds);
    sessions = new Sessions({isTrusted: options.isTrusted, thresholds, onNews: announce});
    // Loaded only where it is used: it is larger than all else.
    if (options.schemaDiagnostics === 'server') json = (await import('./jsonService.ts')).createJsonService();
    return {serverInfo: {name: 'MLP Lab'}, capabilities: capabilitiesOf(options)};
  });

  connection.onInitialized(() => {
    if (!client.workspace?.didChangeWatchedFiles?.dynamicRegistration) return;
    const watchers = [{globPattern: '**/*.{csv,tsv,jsonl,ndjson,parquet}'}];
    void connection.client.register(DidChangeWatchedFilesNotification.type, {watchers});
  });
  connection.onDidChangeWatchedFiles(() => {
    for (const uri of sessions.forget()) announce(uri);
  });
  connection.onNotification(RUNS_CHANGED, ({uri}: {uri: string}) => {
    for (const each of sessions.forget(uri)) announce(each);
  });

  documents.onDidChangeContent(({document}) => {
    sessions.update(document.uri, document.getText());
    clearTimeout(waiting.get(document.uri));
    waiting.set(
      document.uri,
      setTimeout(() => void check(document.uri), quietMs),
    );
  });
  documents.onDidClose(({document: {uri}}) => {
    clearTimeout(waiting.get(uri));
    waiting.delete(uri);
    sessions.close(uri);
    seen.delete(uri);
    void connection.sendDiagnostics({uri, diagnostics: []});
  });
  connection.onShutdown(() => {
    for (const timeout of waiting.values()) clearTimeout(timeout);
    sessions.dispose();
  });

  async function check(uri: string): Promise<void> {
    waiting.delete(uri);
    const document = documents.get(uri);
    const analysis = await sessions.analysis(uri);
    // What was typed meanwhile is checked in its turn.
    if (!document || !analysis || documents.get(uri)?.version !== document.version) return;
    const told = diagnostics(analysis, sessions.problems(analysis), options.schemaDiagnostics, explain);
    await connection.sendDiagnostics({uri, version: document.version, diagnostics: told});
    if (seen.has(uri)) return;
    seen.add(uri);
    refreshLenses();
  }

  /**
   * Also once after a document was first checked: VS Code drops a question for lenses that waits for its turn when the
   * editor loses the focus, and then shows none until it is told to ask again or the focus comes back.
   */
  function refreshLenses(): void {
    if (client.workspace?.codeLens?.refreshSupport) void connection.sendRequest('workspace/codeLens/refresh');
  }

  /** More is known than what was shown. */
  function announce(uri: string): void {
    void check(uri);
    refreshLenses();
    if (client.workspace?.inlayHint?.refreshSupport) void connection.languages.inlayHint.refresh();
  }

  /** The answer of a function of an analysis; null for documents that are not open. */
  function answer<P extends {textDocument: {uri: string}}, R>(
    ask: (analysis: Analysis, params: P) => R | Promise<R>,
    known: (uri: string) => Promise<Analysis | undefined> | undefined = uri => sessions.analysis(uri),
  ) {
    return async (params: P): Promise<R | null> => {
      const analysis = await known(params.textDocument.uri);
      return analysis ? await ask(analysis, params) : null;
    };
  }
  const withData = (uri: string) => sessions.patientAnalysis(uri);
  const stored = ({uri}: Analysis) => documents.get(uri)!;

  connection.onCodeLens(answer(codeLenses));
  connection.languages.inlayHint.on(answer((analysis, {range}) => inlayHints(analysis, range)));
  connection.onCodeAction(
    answer((analysis, {range, context}) =>
      codeActions(analysis, sessions.problems(analysis), range, context.diagnostics, context.only),
    ),
  );
  connection.onCompletion(
    answer(async (analysis, {position}) => {
      const own = completions(analysis, position);
      const ofSchema = (await json?.complete(stored(analysis), position)) ?? [];
      return {isIncomplete: false, items: [...own, ...ofSchema]};
    }, withData),
  );
  connection.onHover(
    answer(async (analysis, {position}) => {
      const own = hover(analysis, position);
      return json ? json.hover(stored(analysis), position, own) : (own ?? null);
    }, withData),
  );
  connection.onDefinition(
    answer((analysis, {position}) => definition(analysis, position, dataUri(analysis, options)) ?? null),
  );
  connection.onReferences(answer((analysis, {position}) => references(analysis, position)));
  connection.onDocumentLinks(answer(analysis => documentLinks(analysis, dataUri(analysis, options))));
  connection.onPrepareRename(answer((analysis, {position}) => prepareRename(analysis, position) ?? null));
  connection.onRenameRequest(
    answer((analysis, {position, newName}) => {
      const result = rename(analysis, position, newName);
      // -32803: RequestFailed, which editors show as a sentence.
      if ('refused' in result) throw new ResponseError(-32_803, String(result.refused));
      return result;
    }),
  );
  connection.onDocumentSymbol(answer(analysis => json?.symbols(stored(analysis)) ?? []));
  connection.onFoldingRanges(answer(analysis => json?.folds(stored(analysis)) ?? []));
  connection.onSelectionRanges(answer((analysis, {positions}) => json?.selections(stored(analysis), positions) ?? []));
  connection.onDocumentFormatting(
    answer((analysis, {options: layout}) => json?.format(stored(analysis), undefined, layout) ?? []),
  );
  connection.onDocumentRangeFormatting(
    answer((analysis, {range, options: layout}) => json?.format(stored(analysis), range, layout) ?? []),
  );

  documents.listen(connection);
  connection.listen();
}

/** Where the data file would be; undefined where nothing beside the document may be looked for. */
function dataUri({path, checked}: Analysis, {isTrusted}: LanguageOptions): string | undefined {
  const {source} = checked.sound.base.data;
  if (path === undefined || !isTrusted || source === '?') return undefined;
  return pathToFileURL(dataPath(path, source)).href;
}

/** What the editor's own JSON service does is left to it. */
function capabilitiesOf({schemaDiagnostics}: LanguageOptions): InitializeResult['capabilities'] {
  const isAlone = schemaDiagnostics === 'server';
  return {
    textDocumentSync: TextDocumentSyncKind.Incremental,
    codeLensProvider: {},
    inlayHintProvider: true,
    codeActionProvider: {codeActionKinds: ['quickfix', 'refactor.rewrite', 'refactor.extract']},
    completionProvider: {triggerCharacters: ['"', '/', '.', ':', ' ']},
    hoverProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    documentLinkProvider: {},
    renameProvider: {prepareProvider: true},
    ...(isAlone
      ? {
          documentSymbolProvider: true,
          foldingRangeProvider: true,
          selectionRangeProvider: true,
          documentFormattingProvider: true,
          documentRangeFormattingProvider: true,
        }
      : {}),
  };
}
