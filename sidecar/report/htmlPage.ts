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
body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 0.5rem; border-bottom: 1px solid #8884; }
h3 { font-size: 1rem; margin: 1.5rem 0 0.25rem; }
section { break-inside: auto; }
.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.6rem; text-align: right; border-bottom: 1px solid #8884; white-space: nowrap; }
th { font-weight: 600; vertical-align: bottom; white-space: normal; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
tr, svg { break-inside: avoid; }
p, ul { max-width: 46rem; }
li { margin: 0.25rem 0; overflow-wrap: anywhere; }
pre { padding: 1rem; overflow-x: auto; background: #8881; border-radius: 4px; font-size: 0.85rem; }
svg { max-width: 100%; height: auto; display: block; margin: 1.25rem 0; }
@media print { body { max-width: none; margin: 0; font-size: 10pt; } pre { white-space: pre-wrap; } }
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
  return `<div class="table"><table><thead><tr>${cells(header, 'th')}</tr></thead><tbody>\n${body}</tbody></table></div>`;
}
