/**
 * What the panel (a webview) and the extension host say to each other with postMessage. The panel is a client of the
 * sidecar through the host: it sends requests of `Requests` and gets the sidecar's notifications, as they are. What
 * only an editor can do has messages of its own. Typed arrays arrive as typed arrays.
 */
import type {Notifications, Requests, RunState} from './protocol.ts';

/** Requests that the host passes on for a panel. Others are refused. */
export type PanelMethod = Exclude<
  keyof Requests,
  | 'mlpLab/hello'
  | 'mlpLab/startRun'
  | 'mlpLab/resumeStoredRun'
  | 'mlpLab/improveDocument'
  | 'mlpLab/findLearningRate'
  | 'mlpLab/explainRun'
  | 'mlpLab/predictFile'
  | 'mlpLab/writeReport'
  | 'mlpLab/gateRun'
  | 'mlpLab/compareRuns'
  | 'mlpLab/readData'
  | 'mlpLab/draftDocument'
  | 'mlpLab/confirmTool'
  | 'mlpLab/callTool'
>;

export type FromPanel =
  /** The page has loaded and listens. The host answers with `show`. */
  | {readonly kind: 'ready'}
  | {
      [M in PanelMethod]: {
        readonly kind: 'request';
        readonly id: number;
        readonly method: M;
        readonly params: Requests[M][0];
      };
    }[PanelMethod]
  /** Opens the data file of the shown run at a one-based line. */
  | {readonly kind: 'openDataLine'; readonly line: number}
  /** Opens the document, at a layer's name where one is given. */
  | {readonly kind: 'openDocument'; readonly layer: string | null}
  /** Asks the user where, then writes. @param name proposed file name, such as curves.svg */
  | {readonly kind: 'saveFile'; readonly name: string; readonly content: string | Uint8Array}
  /** An error of the page, for the log. No data values. */
  | {readonly kind: 'failed'; readonly message: string};

export type ToPanel =
  /** The run to show: live when `state` is given, else as it is stored. Replaces what was shown. */
  | {
      readonly kind: 'show';
      readonly directory: string;
      readonly state: RunState | null;
      /** Name of a layer that the user asked to see. */
      readonly layer?: string;
    }
  | {readonly kind: 'response'; readonly id: number; readonly result: unknown}
  /** @param message a sentence for the user */
  | {readonly kind: 'refused'; readonly id: number; readonly message: string}
  | {
      [M in keyof Notifications]: {
        readonly kind: 'notification';
        readonly method: M;
        readonly params: Notifications[M];
      };
    }[keyof Notifications]
  /** The sidecar ended or began anew: attach again. */
  | {readonly kind: 'sidecar'; readonly status: 'stopped' | 'started'};

/** What a panel keeps across reloads of the window (`setState`); the serializer of the host reads it. */
export interface PanelState {
  readonly version: 1;
  readonly directory: string;
  /** What else the page remembers: its tab, zoom, isolated fold. The host does not read it. */
  readonly view: unknown;
}
