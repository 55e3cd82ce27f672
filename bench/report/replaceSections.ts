/**
 * Replaces what stands between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->` by the section of that name.
 * @throws Error if a section has no place, or a place no section: then page and figures would disagree
 */
export function replaceSections(page: string, sections: Readonly<Record<string, string>>): string {
  const placed = new Set<string>();
  const replaced = page.replaceAll(/<!-- bench:(\w+) -->[\s\S]*?<!-- \/bench:\1 -->/g, (_, name: string) => {
    const section = sections[name];
    if (section === undefined) throw new Error(`the page has a place for the section "${name}", which is not measured`);
    placed.add(name);
    return `<!-- bench:${name} -->\n\n${section}\n\n<!-- /bench:${name} -->`;
  });
  const homeless = Object.keys(sections).filter(name => !placed.has(name));
  if (homeless.length > 0) throw new Error(`the page has no place for ${homeless.join(', ')}`);
  return replaced;
}
