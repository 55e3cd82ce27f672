import {h} from './dom.ts';
import * as kit from './kit.ts';

export interface TableContent {
  readonly caption: string;
  readonly head: readonly string[];
  /** The first cell of a row is its header. */
  readonly rows: ReadonlyArray<readonly string[]>;
}

/** More rows than this only slow the page down: the CSV has them all. */
const MOST_ROWS = 2000;

export interface TableTwin {
  readonly button: HTMLElement;
  readonly element: HTMLElement;
  /** The figure changed: the table is written anew if it is open. */
  update(): void;
}

/** The same numbers as a figure, as a table that opens below it. */
export function tableTwin(name: string, content: () => TableContent): TableTwin {
  const element = h('div', {class: 'table-twin', tabindex: '0', role: 'region', 'aria-label': `${name} as a table`});
  element.hidden = true;
  let written = 0;
  let pending = 0;
  const write = () => {
    written = performance.now();
    element.replaceChildren(table(content()));
  };
  const button = kit.button({
    label: 'Table',
    icon: 'table',
    onClick: () => {
      element.hidden = !element.hidden;
      button.setAttribute('aria-expanded', String(!element.hidden));
      if (!element.hidden) write();
    },
  });
  button.setAttribute('aria-label', `${name} as a table`);
  button.setAttribute('aria-expanded', 'false');
  return {
    button,
    element,
    update() {
      if (element.hidden || pending) return;
      // While numbers stream in, a table that is read must stand still for a moment.
      const wait = Math.max(0, 1000 - (performance.now() - written));
      pending = window.setTimeout(() => {
        pending = 0;
        if (!element.hidden) write();
      }, wait);
    },
  };
}

export function table({caption, head, rows}: TableContent): HTMLTableElement {
  const shown = rows.slice(0, MOST_ROWS);
  const rest = rows.length - shown.length;
  return h(
    'table',
    {class: 'figures'},
    h('caption', {}, rest > 0 ? `${caption} The first ${MOST_ROWS} rows of ${rows.length}.` : caption),
    h('thead', {}, h('tr', {}, ...head.map(cell => h('th', {scope: 'col'}, cell)))),
    h('tbody', {}, ...shown.map(tableRow)),
  );
}

function tableRow([first = '', ...rest]: readonly string[]): HTMLElement {
  return h('tr', {}, h('th', {scope: 'row'}, first), ...rest.map(cell => h('td', {}, cell)));
}
