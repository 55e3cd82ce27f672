import type {Masks} from '../../schemas/protocol.ts';
import {drawMatrix, matrixCell} from '../figures/maskMatrix.ts';
import {keptRows} from '../run/masks.ts';
import type {NetworkShape} from '../run/networkShape.ts';
import {type Canvas, createCanvas} from '../ui/canvas.ts';
import {h, setText} from '../ui/dom.ts';
import {grouped, percent} from '../ui/format.ts';
import type {Theme} from '../ui/theme.ts';

/** The masks of a batch in countable form: a line for each row, a column for each unit. */
export function maskMatrices() {
  const element = h('div', {class: 'mask-matrices'});
  const known = new Map<string, {figure: HTMLElement; caption: HTMLElement; canvas: Canvas}>();
  let drawn = '';

  function figureOf(layer: string) {
    const canvas = createCanvas();
    const caption = h('figcaption');
    const scroll = h('div', {class: 'scroll', tabindex: '0', role: 'img'}, canvas.element);
    const made = {canvas, caption, figure: h('figure', {}, caption, scroll)};
    known.set(layer, made);
    return made;
  }

  return {
    element,
    draw(batch: Masks | null, shape: NetworkShape, row: number | null, theme: Theme): void {
      const layers = batch?.layers.filter(({bits, rate}) => bits && rate > 0) ?? [];
      const key = `${batch?.epoch} ${batch?.batch} ${batch?.fold} ${batch?.variant} ${row} ${theme.kind} ${element.clientWidth}`;
      if (key === drawn) return;
      drawn = key;
      element.replaceChildren(
        ...(batch && layers.length === 0
          ? [h('p', {class: 'hint'}, 'This batch has no masks: nothing is dropped in it.')]
          : []),
        ...layers.map(mask => {
          const {canvas, caption, figure} = known.get(mask.layer) ?? figureOf(mask.layer);
          const cell = matrixCell(mask.width, element.clientWidth - 20);
          canvas.resize(mask.width * cell, mask.rows * cell);
          drawMatrix(canvas.context, mask, {cell, row, theme});
          const cells = mask.rows * mask.width;
          const dropped = cells - keptRows(mask).reduce((sum, count) => sum + count, 0);
          const what = shape.columns.some(({weightNoise}) => weightNoise?.layer === mask.layer) ? 'weight' : 'unit';
          const sentence = `${mask.layer}: ${grouped(dropped)} of ${grouped(cells)} are dropped, ${percent(dropped / cells)}; the rate is ${percent(mask.rate, 0)}. A line is a row of the batch, a column a ${what}.`;
          setText(caption, sentence);
          figure.querySelector('.scroll')!.setAttribute('aria-label', sentence);
          return figure;
        }),
      );
    },
  };
}
