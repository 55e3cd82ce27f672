/** Rows of equal length in columns, two blanks between: the first `textColumns` to the left, the others to the right. */
export function alignColumns(rows: ReadonlyArray<readonly string[]>, textColumns = 1): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => textWidth(row[column] ?? ''))));
  return rows.map(row =>
    row
      .map((text, column) => {
        const padding = ' '.repeat(widths[column]! - textWidth(text));
        return column < textColumns ? text + padding : padding + text;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** Code points, which is the number of cells for the scripts that most terminals align. */
function textWidth(text: string): number {
  return [...text].length;
}

/** Names come from documents and data files: control characters must not reach the terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '·');
}
