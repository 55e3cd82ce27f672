import {h} from './dom.ts';
import * as kit from './kit.ts';

interface Options {
  readonly isBusy: boolean;
  readonly action?: {readonly label: string; run(): void};
}

/** A page with nothing but a sentence: it loads, there is nothing, or something went wrong. */
export function messagePage(sentence: string, {isBusy, action}: Options): HTMLElement {
  return h(
    'main',
    {class: 'message-page'},
    isBusy && kit.progressRing(sentence),
    h('p', {role: isBusy ? 'status' : 'alert'}, sentence),
    action && kit.button({label: action.label, look: 'primary', onClick: () => action.run()}),
  );
}
