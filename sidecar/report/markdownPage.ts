import type {Page, Part} from './page.ts';

/** One Markdown file; its pictures are in it. */
export function markdownPage({title, sections}: Page): string {
  const blocks = sections.flatMap(section => [`## ${plain(section.title)}`, ...section.parts.map(block)]);
  return `${[`# ${plain(title)}`, ...blocks].join('\n\n')}\n`;
}

function block(part: Part): string {
  switch (part.kind) {
    case 'paragraph':
      return plain(part.text);
    case 'heading':
      return `### ${plain(part.text)}`;
    case 'list':
      return part.items.map(item => `- ${plain(item)}`).join('\n');
    case 'table':
      return table(part.rows);
    case 'picture':
      return `![${plain(part.alt)}](data:image/svg+xml;base64,${Buffer.from(part.svg).toString('base64')})`;
    case 'code':
      return fenced(part.text);
  }
}

function table([header = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell => plain(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = `| ${header.map((_, column) => (column === 0 ? '---' : '---:')).join(' | ')} |`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}

/** A fence longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text.replace(/\n$/, '')}\n${fence}`;
}

/** Names come from documents and data files: they are not to become markup. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_<>[\]]/g, '\\$&');
}
