import {h} from './dom.ts';
import {type TableContent, type TableTwin, tableTwin} from './tableTwin.ts';

/** A titled figure with a sentence that says what it shows, and its table. */
export interface Figure {
  readonly element: HTMLElement;
  show(drawing: Node, sentence: string): void;
  readonly twin: TableTwin;
}

export function figure(title: string, content: () => TableContent): Figure {
  const place = h('div', {class: 'drawing'});
  const sentence = h('p', {class: 'sentence'});
  const twin = tableTwin(title, content);
  return {
    element: h(
      'section',
      {class: 'figure', 'aria-label': title},
      h('div', {class: 'figure-head'}, h('h2', {}, title), twin.button),
      place,
      sentence,
      twin.element,
    ),
    twin,
    show(drawing, text) {
      place.replaceChildren(drawing);
      sentence.textContent = text;
      twin.update();
    },
  };
}
