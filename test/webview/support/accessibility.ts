import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import type {PanelPage} from './panelPage.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Through the debugger's own door: the page's policy lets no other script in. */
export async function injectAxe({page}: PanelPage): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', {expression: readFileSync(AXE, 'utf8')});
  await session.detach();
}

/** axe-core itself tries to add a style; and the toolkit sets two attributes that the policy refuses without harm. */
export function isKnown(text: string): boolean {
  return /Applying inline style violates/.test(text);
}

/** What the Tab key does not reach, and what does not show that it has the focus. */
export async function tabThrough({page}: PanelPage): Promise<{unreached: string[]; unseen: string[]}> {
  await page.evaluate(() => {
    const acting = 'button, input, vscode-button, vscode-checkbox, vscode-dropdown, [role=tab], [tabindex="0"]';
    const isShown = (element: Element) => element.checkVisibility({visibilityProperty: true});
    const canAct = (element: Element) => !element.hasAttribute('disabled') && (element as HTMLElement).tabIndex >= 0;
    const wanted = [...document.querySelectorAll(acting)].filter(
      each => isShown(each) && (canAct(each) || each.tagName.startsWith('VSCODE')),
    );
    Object.assign(window, {wanted: new Set(wanted), unseen: []});
    // Tabbing begins at the top of the page, not where somebody clicked last.
    document.body.tabIndex = -1;
    document.body.focus();
  });
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab');
    const isDone = await page.evaluate(() => {
      const {wanted, unseen} = window as unknown as {wanted: Set<Element>; unseen: string[]};
      const active = document.activeElement;
      if (!active || active === document.body) return true;
      const inner = active.shadowRoot?.activeElement ?? active;
      const styles = [
        getComputedStyle(active),
        getComputedStyle(inner),
        ...[...(active.shadowRoot?.querySelectorAll('*') ?? [])].map(each => getComputedStyle(each)),
      ];
      const isSeen = styles.some(
        ({outlineStyle, outlineWidth, borderColor, boxShadow}) =>
          (outlineStyle !== 'none' && outlineWidth !== '0px') ||
          boxShadow !== 'none' ||
          borderColor.includes('0, 120, 212'),
      );
      if (!isSeen) unseen.push(active.outerHTML.slice(0, 120));
      wanted.delete(active);
      return false;
    });
    if (isDone) break;
  }
  return page.evaluate(() => {
    const {wanted, unseen} = window as unknown as {wanted: Set<Element>; unseen: string[]};
    return {unreached: [...wanted].map(each => each.outerHTML.slice(0, 120)), unseen};
  });
}

/** What axe-core finds, each with its place. `injectAxe` goes before. */
export async function violations({page}: PanelPage): Promise<string[]> {
  return page.evaluate(async () => {
    const {violations: found} = await (
      window as unknown as {
        axe: {run(): Promise<{violations: {id: string; nodes: {html: string; failureSummary: string}[]}[]}>};
      }
    ).axe.run();
    return found.map(
      ({id, nodes}) => `${id}: ${nodes.map(node => `${node.html.slice(0, 160)} ${node.failureSummary}`).join(' | ')}`,
    );
  });
}
