import type {Page, Part} from './page.ts';
import {escaped} from './svg.ts';

/** One HTML page that needs nothing else: no script, no font, no address of another page. */
export function htmlPage({title, sections}: Page): string {
  const body = sections.map(
    section => `<section><h2>${escaped(section.title)}</h2>\n${section.parts.map(block).join('\n')}</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { padding: 0.25rem 0.75rem; text-align: right; border-bottom: 1px solid #8884; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
pre { padding: 1rem; overflow-x: auto; background: #8881; border-radius: 4px; }
svg { max-width: 100%; height: auto; display: block; margin: 1rem 0; }
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${body.join('\n')}
</body>
</html>
`;
}

function block(part: Part): string {
  switch (part.kind) {
    case 'paragraph':
      return `<p>${escaped(part.text)}</p>`;
    case 'heading':
      return `<h3>${escaped(part.text)}</h3>`;
    case 'list':
      return `<ul>${part.items.map(item => `<li>${escaped(item)}</li>`).join('')}</ul>`;
    case 'table':
      return table(part.rows);
    case 'picture':
      return part.svg;
    case 'code':
      return `<pre>${escaped(part.text)}</pre>`;
  }
}

function table([header = [], ...rows]: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: 'th' | 'td') =>
    row.map(cell => `<${tag}>${escaped(cell)}</${tag}>`).join('');
  const body = rows.map(row => `<tr>${cells(row, 'td')}</tr>`).join('\n');
  return `<table><thead><tr>${cells(header, 'th')}</tr></thead><tbody>\n${body}</tbody></table>`;
}
