import {readFileSync, realpathSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {pathToFileURL} from 'node:url';

/**
 * Where the page about the rules speaks of a code.
 * @param page its address, to which `#CODE` is added; undefined: docs/rules.md beside the program, at the line of the code
 */
export function ruleAddresses(page: string | undefined): (code: string) => string | undefined {
  if (page !== undefined) return code => `${page}#${code}`;
  const own = ownPage();
  if (!own) return () => undefined;
  // Editors know lines of a text, not its headings.
  const lines = new Map(own.text.split('\n').map((line, index) => [line, index + 1]));
  return code => {
    const line = lines.get(`### ${code}`);
    return line === undefined ? undefined : `${own.address}#L${line}`;
  };
}

/** It is packed beside dist. */
function ownPage(): {address: string; text: string} | undefined {
  try {
    const path = join(dirname(realpathSync(process.argv[1] ?? '')), '..', 'docs', 'rules.md');
    return {address: pathToFileURL(path).href, text: readFileSync(path, 'utf8')};
  } catch {
    return undefined; // Started from elsewhere, without its pages.
  }
}
