import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Problem} from '../../schemas/problem.ts';
import {sortProblems} from '../document/documentProblem.ts';
import {withoutSuppressed} from '../document/suppressions.ts';
import {lint} from '../rules/lint.ts';
import {runFacts} from '../rules/runFacts.ts';
import type {Thresholds} from '../rules/thresholds.ts';
import {trainedFacts} from '../rules/trainedFacts.ts';
import {newestResult, storedEvents} from '../runs/newestResult.ts';
import {runsDirectory} from '../runs/runFolder.ts';
import {type Analysis, analyseText, type KnownData, keptTable} from './analysis.ts';
import {createDataCache} from './dataCache.ts';
import {knowData} from './knownData.ts';
import {NOTHING_STORED, type StoredFacts} from './storedFacts.ts';

export interface SessionOptions {
  /** Whether files beside a document may be read. */
  readonly isTrusted: boolean;
  readonly thresholds: Thresholds;
  /** More is known of a document than when it was last asked for. */
  onNews(uri: string): void;
}

interface Session {
  text: string;
  analysis: Promise<Analysis> | undefined;
  /** Ends when the data of the newest text are known. */
  reading: Promise<unknown> | undefined;
  /** Of an earlier text, until that of the newest is known: columns do not change with each key. */
  lastData: KnownData | undefined;
  stored: {readonly key: string; readonly facts: StoredFacts} | undefined;
}

/** The open documents, each analysed once for each text. */
export class Sessions {
  readonly #options: SessionOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #cache = createDataCache();

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  update(uri: string, text: string): void {
    const session = this.#sessions.get(uri);
    if (session) Object.assign(session, {text, analysis: undefined});
    else
      this.#sessions.set(uri, {text, analysis: undefined, reading: undefined, lastData: undefined, stored: undefined});
  }

  close(uri: string): void {
    this.#sessions.delete(uri);
  }

  /** Files beside documents changed: data, or stored runs. */
  forget(uri?: string): string[] {
    const uris = uri === undefined ? [...this.#sessions.keys()] : [uri];
    for (const each of uris) {
      const session = this.#sessions.get(each);
      if (session) Object.assign(session, {analysis: undefined, stored: undefined});
    }
    return uris.filter(each => this.#sessions.has(each));
  }

  /** What is known now; undefined for a document that is not open. */
  analysis(uri: string): Promise<Analysis> | undefined {
    const session = this.#sessions.get(uri);
    if (!session) return undefined;
    session.analysis ??= this.#analyse(uri, session);
    return session.analysis;
  }

  /** The same, after waiting for the data if they are being read: for what is mostly about them. */
  async patientAnalysis(uri: string): Promise<Analysis | undefined> {
    await this.analysis(uri);
    const reading = this.#sessions.get(uri)?.reading;
    if (reading) await Promise.race([reading, new Promise(resolve => setTimeout(resolve, patienceMs))]);
    return this.analysis(uri);
  }

  /** What `mlp check` tells of the document, too. */
  problems({checked, data, stored}: Analysis): Problem[] {
    const {thresholds} = this.#options;
    const found = lint(checked.parsed, checked.sound.variants, {
      thresholds,
      data: data?.variants ?? new Map(),
      run: stored.crossValidation?.facts,
      trained: trainedFacts(stored.training, keptTable(data)),
    });
    return withoutSuppressed(checked.parsed, sortProblems([...(data?.problems ?? checked.problems), ...found]));
  }

  dispose(): void {
    this.#cache.dispose();
  }

  async #analyse(uri: string, session: Session): Promise<Analysis> {
    const {text} = session;
    const path = documentPath(uri);
    const analysis = analyseText(uri, path, text);
    if (!this.#options.isTrusted || path === undefined) return {...analysis, data: undefined, stored: NOTHING_STORED};
    const stored = this.#stored(path, session);
    const reading = knowData(this.#cache, path, analysis.checked);
    const data = await Promise.race([reading, nextTurn()]);
    if (data) {
      session.lastData = data;
      return {...analysis, data, stored};
    }
    // The file is still being read: what is known without it comes first.
    const known = reading.then(
      late => {
        session.lastData = late;
        session.reading = undefined;
        if (this.#sessions.get(uri) !== session || session.text !== text) return;
        session.analysis = Promise.resolve({...analysis, data: late, stored});
        this.#options.onNews(uri);
      },
      () => {}, // Ended with the server; a mistake in the data is no rejection.
    );
    session.reading = known;
    const {profile} = session.lastData ?? {};
    const before = {
      profile,
      variants: new Map(),
      problems: analysis.checked.problems,
      experiment: undefined,
      failure: undefined,
    };
    return {...analysis, data: profile && before, stored};
  }

  #stored(path: string, session: Session): StoredFacts {
    const key = newestRuns(path);
    if (session.stored?.key !== key) session.stored = {key, facts: readStored(path)};
    return session.stored.facts;
  }
}

/** Milliseconds that someone waits for a list of columns. */
const patienceMs = 1000;

/** Resolves when everything that waits for nothing outside is done. */
function nextTurn(): Promise<undefined> {
  return new Promise(resolve => setImmediate(resolve, undefined));
}

export function documentPath(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined; // An address on another machine.
  }
}

/** Changes when a run is added, or one of the newest is written. */
function newestRuns(path: string): string {
  const folder = runsDirectory(path);
  try {
    const names = readdirSync(folder).toSorted().slice(-5);
    return names
      .map(name => `${name} ${statSync(join(folder, name, 'run.json'), {throwIfNoEntry: false})?.mtimeMs}`)
      .join();
  } catch {
    return ''; // No run was stored yet.
  }
}

function readStored(path: string): StoredFacts {
  const validated = newestResult(path, 'crossValidation');
  const training = newestResult(path, 'training');
  const crossValidation = validated && {
    ...validated,
    facts: runFacts(validated.run, storedEvents(validated.directory)),
  };
  return {crossValidation, training};
}
