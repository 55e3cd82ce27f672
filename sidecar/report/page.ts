/** A page to be written as Markdown or HTML: what it says, not how it looks. */
export interface Page {
  readonly title: string;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly title: string;
  readonly parts: readonly Part[];
}

export type Part =
  | {readonly kind: 'paragraph'; readonly text: string}
  | {readonly kind: 'list'; readonly items: readonly string[]}
  /** A title of what follows, within a section. */
  | {readonly kind: 'heading'; readonly text: string}
  /** The first row is the header, the first column names. */
  | {readonly kind: 'table'; readonly rows: readonly (readonly string[])[]}
  /** An SVG, and what it shows in words. */
  | {readonly kind: 'picture'; readonly svg: string; readonly alt: string}
  | {readonly kind: 'code'; readonly text: string};

export const paragraph = (text: string): Part => ({kind: 'paragraph', text});
export const heading = (text: string): Part => ({kind: 'heading', text});
export const list = (items: readonly string[]): Part => ({kind: 'list', items});
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): Part => ({
  kind: 'table',
  rows: [header, ...rows],
});
