/** Elements are made here, so that every name from a document or a data file ends up as text, never as HTML. */

type Child = Node | string | null | undefined | false;

interface Properties {
  readonly class?: string;
  readonly on?: {readonly [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void};
  /** Attributes; `false`, `null` and `undefined` leave one out. */
  readonly [attribute: string]: unknown;
}

export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  const {on, ...attributes} = properties;
  setAttributes(element, attributes);
  for (const [event, listener] of Object.entries(on ?? {})) element.addEventListener(event, listener as EventListener);
  append(element, children);
  return element;
}

export function svg(name: string, attributes: Record<string, unknown> = {}, ...children: Child[]): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  setAttributes(element, attributes);
  append(element, children);
  return element;
}

/** Replaces the children only where they differ in text, so that a screen reader does not hear the same twice. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Takes as many names of classes as are true. */
export function classes(...names: ReadonlyArray<string | false | null | undefined>): string {
  return names.filter(Boolean).join(' ');
}

function setAttributes(element: Element, attributes: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    element.setAttribute(key, value === true ? '' : String(value));
  }
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) if (child !== null && child !== undefined && child !== false) element.append(child);
}
