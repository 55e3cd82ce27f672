import type {Host} from './host.ts';
import type {ShownRun} from './run/shownRun.ts';
import type {Theme} from './ui/theme.ts';
import type {View} from './view.ts';

/** What a tab is given: the run, what the user chose to see of it, and the way back. */
export interface Panel {
  readonly host: Host;
  readonly run: ShownRun;
  readonly view: View;
  readonly theme: Theme;
  /** Remembers a choice and draws it. */
  changeView(change: Partial<View>): void;
  /** Draws again soon: something came that only this tab asked for. */
  redraw(): void;
  /** Says a sentence to screen readers. */
  announce(sentence: string): void;
  /** Shows a sentence for a while: what was refused, or failed. */
  tell(sentence: string): void;
}

export interface Tab {
  readonly element: HTMLElement;
  /** It became visible. */
  show(): void;
  /** It is not visible any more: it stops asking for things. */
  hide(): void;
  /** Run, view or theme changed: called at most once a frame, and only while it is visible. */
  update(): void;
}
