import {h, setText} from '../ui/dom.ts';
import {grouped} from '../ui/format.ts';

/** A slider from 1 up, with its name in front and its value behind. */
export function slider(name: string, onInput: (value: number) => void) {
  const input = h('input', {type: 'range', min: '1', max: '1', step: '1', 'aria-label': name});
  const value = h('output', {});
  input.addEventListener('input', () => onInput(Number(input.value)));
  return {
    element: h('label', {class: 'slider'}, h('span', {}, name), input, value),
    set(current: number, most: number): void {
      if (input.max !== String(most)) input.max = String(most);
      if (input.value !== String(current)) input.value = String(current);
      input.style.setProperty('--share', `${most > 1 ? (100 * (current - 1)) / (most - 1) : 0}%`);
      input.setAttribute('aria-valuetext', `${name} ${current} of ${most}`);
      setText(value, `${grouped(current)} / ${grouped(most)}`);
    },
  };
}
