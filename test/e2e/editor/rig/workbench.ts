/** A window of VS Code, driven as a user drives it. Every wait is for what the user would wait for. */
import {basename} from 'node:path';
import type {Browser, BrowserContext, Frame, Locator, Page} from 'playwright-core';
import {expect} from 'vitest';
import type {CodeServer} from './codeServer.ts';

/** A loaded machine with two cores may need long for what takes a second, in ms. */
const patienceMs = 120_000;
/** After this a user would do it once more, in ms. */
const retryMs = 5000;

export class Workbench {
  readonly page: Page;
  readonly #context: BrowserContext;
  /** Requests to other machines; each one is refused. */
  readonly external: readonly string[];

  private constructor(page: Page, context: BrowserContext, external: readonly string[]) {
    this.page = page;
    this.#context = context;
    this.external = external;
  }

  static async open(browser: Browser, server: CodeServer, workspace: string): Promise<Workbench> {
    const context = await browser.newContext({viewport: {width: 1440, height: 900}});
    const external: string[] = [];
    const isExternal = (url: URL) =>
      url.protocol.startsWith('http') &&
      url.hostname !== '127.0.0.1' &&
      !url.hostname.endsWith('.vscode-resource.vscode-cdn.net');
    await context.route(isExternal, route => {
      external.push(route.request().url());
      return route.abort();
    });
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    await page.goto(server.url(workspace));
    const workbench = new Workbench(page, context, external);
    await workbench.#ready();
    return workbench;
  }

  /** Reloads the window as its user does: its extension host ends, another begins. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.command('Developer: Reload Window');
    await loaded;
    await this.#ready();
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  /** Runs a command of the palette by its whole title, such as "MLP Lab: Cross-Validate". */
  async command(title: string): Promise<void> {
    // The palette shows what was enabled when it was opened: trust and states of runs may come a moment later.
    await this.#find('F1', `>${title}`, this.#quickRow(title), 3000);
    await this.#quickRow(title).click();
  }

  /** Titles that the palette offers for what is typed, once one of them is there: enablement takes a moment. */
  async commandTitles(typed: string, awaited: string): Promise<string[]> {
    let titles: string[] = [];
    await expect
      .poll(
        async () => {
          await this.page.keyboard.press('F1');
          await this.#quickInput().fill(`>${typed}`, {timeout: retryMs});
          await this.#quick().locator('.monaco-list-row').first().waitFor({timeout: retryMs});
          titles = await this.#quick().locator('.monaco-list-row .label-name').allTextContents();
          await this.page.keyboard.press('Escape');
          return titles;
        },
        {timeout: patienceMs},
      )
      .toContain(awaited);
    return titles;
  }

  /** Chooses an entry of the open quick pick. */
  async pick(label: string): Promise<void> {
    await this.#quickRow(label).click();
  }

  /** Runs a task of a provider, once the editor knows of tasks. */
  async task(type: string, name: string): Promise<void> {
    const isOffered = async () => {
      await this.command('Tasks: Run Task');
      const isThere = await this.#quickRow(type)
        .waitFor({timeout: retryMs})
        .then(
          () => true,
          () => false,
        );
      if (!isThere) await this.page.keyboard.press('Escape');
      return isThere;
    };
    await expect.poll(isOffered, {timeout: patienceMs}).toBe(true);
    await this.pick(type);
    await this.pick(name);
  }

  async openFile(name: string): Promise<void> {
    const row = this.#quick()
      .locator('.monaco-list-row')
      .filter({hasText: basename(name)})
      .first();
    // What is asked for before a slow window can search is not looked for again.
    await this.#find('ControlOrMeta+P', name, row, retryMs);
    await this.page.keyboard.press('Enter');
    await this.editor(name).waitFor();
  }

  editor(name: string): Locator {
    return this.page.locator(`.monaco-editor[data-uri$="${basename(name)}"]`);
  }

  /** Puts the cursor at a place, both from 1. */
  async goTo(line: number, column: number): Promise<void> {
    const place = this.page.locator('#status\\.editor\\.selection', {hasText: `Ln ${line}, Col ${column}`});
    await this.#again(async () => {
      await this.page.keyboard.press('Control+G');
      await this.#quickInput().fill(`:${line}:${column}`, {timeout: retryMs});
      await this.page.keyboard.press('Enter');
      await place.waitFor({timeout: retryMs});
    });
  }

  lens(name: string, text: string | RegExp): Locator {
    return this.editor(name).locator('.codelens-decoration a').filter({hasText: text}).first();
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item').filter({hasText: text}).first();
  }

  statusItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({hasText: text}).first();
  }

  /** Chooses a quick fix at the cursor. */
  async quickFix(title: string | RegExp): Promise<void> {
    const fix = this.page.locator('.action-widget .monaco-list-row').filter({hasText: title}).first();
    // VS Code closes the list again when lenses or marks that come just then move the lines.
    await this.#again(async () => {
      await this.page.keyboard.press('Control+.');
      await fix.click({timeout: retryMs});
    });
  }

  /** What is offered at the cursor, once it holds a text. */
  async suggestions(text: string | RegExp): Promise<string[]> {
    const rows = this.page.locator('.suggest-widget.visible .monaco-list-row .label-name');
    // Suggestions of a server that has just begun may miss the first time.
    await expect
      .poll(
        async () => {
          await this.page.keyboard.press('Escape');
          await this.page.keyboard.press('Control+Space');
          return rows
            .filter({hasText: text})
            .first()
            .waitFor({timeout: 3000})
            .then(
              () => true,
              () => false,
            );
        },
        {timeout: patienceMs},
      )
      .toBe(true);
    return rows.allTextContents();
  }

  /** Chooses an entry of the context menu of what a locator finds. */
  async menu(on: Locator, label: string): Promise<void> {
    const menu = this.page.locator('.monaco-menu');
    const item = menu.getByRole('menuitem', {name: label, exact: true});
    const focused = menu.locator('.action-item.focused').filter({hasText: label});
    // VS Code closes a menu again when an editor that opened or closed just before takes the focus.
    await this.#again(async () => {
      await on.click({button: 'right'});
      await item.hover({timeout: retryMs});
      await focused.waitFor({timeout: retryMs});
    });
    // A click does nothing in the first 100 ms of a menu.
    await this.page.keyboard.press('Enter');
    await menu.waitFor({state: 'hidden'});
  }

  /** Waits until a text is in sight in an editor. @param uri a part of the editor's address */
  async shows(uri: string, text: string | RegExp): Promise<void> {
    const lines = this.page.locator(`.monaco-editor[data-uri*="${uri}"] .view-line`);
    const inSight = async () => (await lines.allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
    await expect.poll(inSight, {timeout: patienceMs}).toMatch(text);
  }

  /** Messages of the Problems view, which is opened, that hold a text; once there is one. */
  async problems(text = ''): Promise<string[]> {
    await this.page.locator('#status\\.problems a').click();
    const messages = this.page.locator('.markers-panel .marker-message');
    await messages.filter({hasText: text}).first().waitFor();
    return (await messages.allTextContents()).filter(message => message.includes(text));
  }

  /** The hover over the first place where a text stands. */
  async hover(name: string, text: string): Promise<Locator> {
    const {x, y} = await this.#placeOf(name, text);
    const hover = this.page
      .locator('.monaco-hover:visible')
      .filter({has: this.page.locator('.hover-contents')})
      .first();
    // A pointer that rests before the editor listens is not noticed: it is moved until the hover is there.
    await expect
      .poll(
        async () => {
          await this.page.mouse.move(x - 3, y);
          await this.page.mouse.move(x, y, {steps: 3});
          return hover.isVisible();
        },
        {timeout: patienceMs, interval: 700},
      )
      .toBe(true);
    return hover;
  }

  /** The document inside the webview that holds an element. */
  async webview(selector: string): Promise<Frame> {
    let found: Frame | undefined;
    await expect
      .poll(
        async () => {
          for (const frame of this.page.frames()) {
            // A frame may go away while it is asked.
            const count = await frame
              .locator(selector)
              .count()
              .catch(() => 0);
            if (frame.parentFrame() !== null && count > 0) found = frame;
          }
          return found !== undefined;
        },
        {timeout: patienceMs, message: `no webview holds ${selector}`},
      )
      .toBe(true);
    return found!;
  }

  async #ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor();
    await this.page.locator('#status\\.problems').waitFor();
  }

  /** Does what a user does again when VS Code, busy with something else, let it pass. */
  async #again(attempt: () => Promise<void>): Promise<void> {
    const succeeds = () =>
      attempt().then(
        () => true,
        () => false,
      );
    await expect.poll(succeeds, {timeout: patienceMs}).toBe(true);
  }

  #quick(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  #quickInput(): Locator {
    return this.#quick().locator('input.input');
  }

  /** Opens a quick pick and asks it for something, again and again until it shows the row. @param waitMs each time */
  async #find(keys: string, text: string, row: Locator, waitMs: number): Promise<void> {
    const isFound = async () => {
      await this.page.keyboard.press(keys);
      await this.#quickInput().fill(text, {timeout: retryMs});
      const isThere = await row.waitFor({timeout: waitMs}).then(
        () => true,
        () => false,
      );
      if (!isThere) await this.page.keyboard.press('Escape');
      return isThere;
    };
    await expect.poll(isFound, {timeout: patienceMs}).toBe(true);
  }

  #quickRow(label: string): Locator {
    const exact = this.page.getByText(label, {exact: true});
    return this.#quick().locator('.monaco-list-row').filter({has: exact}).first();
  }

  async #placeOf(name: string, text: string): Promise<{x: number; y: number}> {
    const editor = this.editor(name);
    await editor
      .locator('.view-line')
      .filter({hasText: text.replaceAll(' ', '\u00a0')})
      .first()
      .waitFor();
    const place = await editor.evaluate((element, wanted) => {
      const needle = wanted.replaceAll(' ', '\u00a0');
      for (const line of element.querySelectorAll('.view-line')) {
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const at = node.textContent!.indexOf(needle);
          if (at < 0) continue;
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + needle.length);
          const {x, y, width, height} = range.getBoundingClientRect();
          return {x: x + width / 2, y: y + height / 2};
        }
      }
      return null;
    }, text);
    if (!place) throw new Error(`"${text}" is not in one piece in the visible lines of ${name}`);
    return place;
  }
}
