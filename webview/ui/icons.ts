import go from '@vscode/codicons/src/icons/debug-continue.svg';
import pause from '@vscode/codicons/src/icons/debug-pause.svg';
import stepBatch from '@vscode/codicons/src/icons/debug-step-into.svg';
import stepEpoch from '@vscode/codicons/src/icons/debug-step-over.svg';
import stop from '@vscode/codicons/src/icons/debug-stop.svg';
import save from '@vscode/codicons/src/icons/export.svg';
import file from '@vscode/codicons/src/icons/go-to-file.svg';
import play from '@vscode/codicons/src/icons/play.svg';
import all from '@vscode/codicons/src/icons/screen-full.svg';
import table from '@vscode/codicons/src/icons/table.svg';
import zoomIn from '@vscode/codicons/src/icons/zoom-in.svg';
import zoomOut from '@vscode/codicons/src/icons/zoom-out.svg';

const sources = {go, pause, stop, stepBatch, stepEpoch, save, file, play, table, zoomIn, zoomOut, all};
export type IconName = keyof typeof sources;

/** A codicon as an SVG element in the colour of the text. It says nothing to a screen reader: its button has a name. */
export function icon(name: IconName): SVGElement {
  const parsed = new DOMParser().parseFromString(sources[name], 'image/svg+xml');
  const element = document.importNode(parsed.documentElement, true) as unknown as SVGElement;
  element.setAttribute('class', 'icon');
  element.setAttribute('aria-hidden', 'true');
  return element;
}
