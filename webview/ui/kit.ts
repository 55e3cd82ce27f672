/**
 * The only file that knows which set of controls the panel uses: today @vscode/webview-ui-toolkit. It is deprecated
 * upstream, so what the rest of the panel sees are the functions below; another set needs a change here alone.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
} from '@vscode/webview-ui-toolkit';
import {h} from './dom.ts';
import {type IconName, icon} from './icons.ts';

/** Must run before the page's `load` event: the toolkit reads the theme's colours then. */
export function registerKit(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
  );
}

export interface ButtonOptions {
  readonly label: string;
  readonly icon?: IconName;
  /** Shows the icon alone; the label is its name. */
  readonly iconOnly?: boolean;
  readonly look?: 'primary' | 'secondary';
  readonly onClick: () => void;
}

export function button({label, icon: name, iconOnly, look = 'secondary', onClick}: ButtonOptions): HTMLElement {
  const element = document.createElement('vscode-button');
  element.setAttribute('appearance', iconOnly ? 'icon' : look);
  if (iconOnly) {
    element.setAttribute('aria-label', label);
    element.title = label;
  }
  if (name) {
    const mark = icon(name);
    if (!iconOnly) mark.setAttribute('slot', 'start');
    element.append(mark);
  }
  if (!iconOnly) element.append(label);
  element.addEventListener('click', () => {
    if (!isDisabled(element)) onClick();
  });
  return element;
}

export function setDisabled(element: HTMLElement, disabled: boolean): void {
  if (disabled !== isDisabled(element)) element.toggleAttribute('disabled', disabled);
}

const isDisabled = (element: HTMLElement) => element.hasAttribute('disabled');

export interface CheckboxOptions {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export interface Checkbox {
  readonly element: HTMLElement;
  set(checked: boolean): void;
}

export function checkbox({label, checked, onChange}: CheckboxOptions): Checkbox {
  const element = document.createElement('vscode-checkbox') as HTMLElement & {checked: boolean};
  element.append(label);
  element.checked = checked;
  let known = checked;
  element.addEventListener('change', () => {
    if (element.checked === known) return;
    known = element.checked;
    onChange(known);
  });
  return {
    element,
    set(value) {
      known = value;
      element.checked = value;
    },
  };
}

export interface Choice<Value extends string> {
  readonly element: HTMLElement;
  /** Changes what can be chosen and what is; does not call `onChange`. */
  set(options: ReadonlyArray<{readonly value: Value; readonly label: string}>, value: Value): void;
}

/** One of several, with its label in front. */
export function choice<Value extends string>(label: string, onChange: (value: Value) => void): Choice<Value> {
  const list = document.createElement('vscode-dropdown') as HTMLElement & {value: string};
  list.setAttribute('aria-label', label);
  let shown = '';
  let chosen = '';
  list.addEventListener('change', () => {
    if (list.value === chosen) return;
    chosen = list.value;
    onChange(chosen as Value);
  });
  return {
    element: h('span', {class: 'choice'}, h('span', {class: 'choice-label', 'aria-hidden': 'true'}, label), list),
    set(options, value) {
      const wanted = JSON.stringify(options);
      if (wanted !== shown) {
        shown = wanted;
        list.replaceChildren(
          ...options.map(option => {
            const element = document.createElement('vscode-option') as HTMLElement & {value: string};
            element.setAttribute('value', option.value);
            element.textContent = option.label;
            element.toggleAttribute('selected', option.value === value);
            return element;
          }),
        );
      }
      chosen = value;
      // The list takes its options over in a task of its own, and a value that it does not know yet is lost.
      queueMicrotask(() => {
        if (list.value !== chosen) list.value = chosen;
      });
    },
  };
}

export function progressRing(label: string): HTMLElement {
  const element = document.createElement('vscode-progress-ring');
  element.setAttribute('aria-label', label);
  return element;
}
