/** A person at a browser, for the journeys: signs up, writes, and looks. Fails on anything unexpected in the console. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { inject } from 'vitest';
import './provided-context.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Look {
  width?: number;
  height?: number;
  dark?: boolean;
}

export class Person {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly url: string;
  email = `e2e-${crypto.randomUUID()}@example.com`;
  password = 'correct horse battery';
  /** What the console said that nobody expected. */
  readonly complaints: string[] = [];
  /** Every address outside the app that the page asked for, but for those of `mayVisit`. */
  readonly strays: string[] = [];
  /** Where the journey leads besides the app. */
  readonly mayVisit: string[] = ['data:', 'blob:'];

  private constructor(context: BrowserContext, page: Page, url: string) {
    this.context = context;
    this.page = page;
    this.url = url;
  }

  static async open(browser: Browser, look: Look = {}): Promise<Person> {
    const { url } = inject('app');
    const { width = 1440, height = 900, dark = false } = look;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
      ...(width < 600 ? { isMobile: true, hasTouch: true } : {}),
    });
    const person = new Person(context, await context.newPage(), url);
    person.#listen(person.page);
    return person;
  }

  #listen(page: Page): void {
    page.on('console', (message) => {
      // The browser reports every refused request by itself; what the app makes of it is what the journeys check.
      const byBrowser = /^Failed to load resource|^WebSocket .* HTTP Authentication failed/.test(
        message.text(),
      );
      if ((message.type() === 'error' || message.type() === 'warning') && !byBrowser) {
        this.complaints.push(message.text());
      }
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('request', (request) => {
      const known = [this.url, ...this.mayVisit].some((place) => request.url().startsWith(place));
      if (!known) this.strays.push(request.url());
    });
  }

  async tab(path: string): Promise<Page> {
    const page = await this.context.newPage();
    this.#listen(page);
    await page.goto(this.url + path);
    return page;
  }

  async goTo(path: string, page = this.page): Promise<void> {
    await page.goto(this.url + path);
  }

  async signUp(): Promise<void> {
    await this.page.goto(`${this.url}/sign-up`);
    await this.enter();
  }

  /** Fills the form that is shown, sign-up or sign-in, and waits until one is in. */
  async enter(page = this.page): Promise<void> {
    await page.getByLabel('Email').fill(this.email);
    await page.locator('input[type=password]').fill(this.password);
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Message to Claude' }).waitFor();
  }

  composer = (page = this.page) => page.getByRole('textbox', { name: 'Message to Claude' });
  replies = (page = this.page) => page.locator('article[data-by=assistant]');
  words = (page = this.page) => page.locator('article[data-by=user]');

  async write(text: string, page = this.page): Promise<void> {
    await this.composer(page).fill(text);
    await this.composer(page).press('Enter');
  }

  /** Waits until so many replies stand there whole: only what is finished can be copied. */
  async settled(count: number, page = this.page): Promise<void> {
    await this.replies(page)
      .nth(count - 1)
      .getByRole('button', { name: 'Copy reply' })
      .waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor({ state: 'detached' });
  }

  /** Closes the browser window. Throws if the console complained or the page reached out of the app. */
  async leave(): Promise<void> {
    await this.context.close();
    const wrong = [...this.complaints, ...this.strays.map((address) => `asked for ${address}`)];
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
  }

  /** What is wider than its place, where one would have to scroll sideways or cannot see it at all. */
  spills(page = this.page): Promise<string[]> {
    return page.evaluate(() =>
      [...document.querySelectorAll('main, .scroll, dialog, .carried, .card, .items > li')].flatMap((box) =>
        box.scrollWidth > box.clientWidth + 1
          ? [`${box.tagName} ${box.className}: ${box.scrollWidth} in ${box.clientWidth}`]
          : [],
      ),
    );
  }

  /** What axe finds on the page, as readable lines. */
  async accessibility(page = this.page): Promise<string[]> {
    // What is on its way from one colour to another has the contrast of neither.
    await page.evaluate(async () => {
      const ending = document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
      await Promise.allSettled(ending.map(({ finished }) => finished));
    });
    await page.evaluate(axe);
    // As a text: what it calls exists only in the page.
    const found = await page.evaluate<string[]>(
      `axe.run().then(({ violations }) =>
         violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ')))`,
    );
    return found;
  }
}

/** Commands for the stand-in for Claude. */
export async function standIn(action: Record<string, unknown>): Promise<void> {
  const response = await fetch(new URL('/__control', inject('app').demoUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(action),
  });
  if (!response.ok) throw new Error(`the stand-in refused: ${await response.text()}`);
}
