import * as Plot from '@observablehq/plot';
import type {Theme} from '../ui/theme.ts';

export {Plot};

/**
 * Plot writes a `<style>` into what it draws. In a document without a window it is inert, so the page's content
 * security policy has nothing to refuse; the rules that count stand in panel.css.
 */
const inert = document.implementation.createHTMLDocument('');

/** Draws a figure with Observable Plot in the colours of the theme. It is a picture: the twin table holds its numbers. */
export function plotFigure(theme: Theme, label: string, options: Plot.PlotOptions): Element {
  const drawn = Plot.plot({
    document: inert,
    className: 'plot',
    width: 360,
    height: 260,
    marginLeft: 48,
    marginBottom: 38,
    ...options,
    style: {color: theme.foreground, background: 'transparent'},
  } as Plot.PlotOptions);
  for (const style of drawn.querySelectorAll('style')) style.remove();
  // The picture has one name; its parts are not elements of the page.
  for (const part of drawn.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  drawn.setAttribute('role', 'img');
  drawn.setAttribute('aria-label', label);
  return document.adoptNode(drawn);
}
