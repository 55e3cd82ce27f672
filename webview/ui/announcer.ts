import {h, setText} from './dom.ts';

const SHOWN_MS = 8000;

/** Sentences for screen readers, and a line for what everybody must read. */
export function announcer(parent: HTMLElement) {
  const spoken = h('div', {class: 'visually-hidden', role: 'status', 'aria-live': 'polite'});
  const shown = h('div', {class: 'notice', role: 'alert'});
  shown.hidden = true;
  parent.append(h('aside', {'aria-label': 'Messages'}, spoken, shown));
  let timer = 0;
  return {
    say(sentence: string): void {
      setText(spoken, sentence);
    },
    show(sentence: string): void {
      shown.hidden = false;
      setText(shown, sentence);
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        shown.hidden = true;
      }, SHOWN_MS);
    },
  };
}
