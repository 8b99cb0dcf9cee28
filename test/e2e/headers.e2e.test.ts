import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '#dev/browser/launch.ts';
import { Person } from './person.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

it('a script that got into the page could not run, and a page of another site could not frame it', async () => {
  const ada = await Person.open(browser);
  const answer = await ada.page.goto(ada.url);
  expect(answer?.headers()).toMatchObject({
    'content-security-policy': expect.stringContaining("default-src 'none'"),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': expect.stringContaining('camera=()'),
  });
  await ada.page.getByLabel('Email').waitFor();
  // Until here nothing was against the policy: the app keeps to it.
  expect(ada.complaints).toEqual([]);

  const tried = await ada.page.evaluate(async () => {
    const refused: Record<string, string> = {};
    const attempt = (name: string, run: () => unknown) => {
      try {
        run();
        refused[name] = 'allowed';
      } catch (error) {
        refused[name] = error instanceof Error ? error.name : 'refused';
      }
    };
    const element = document.createElement('div');
    attempt('innerHTML', () => {
      element.innerHTML = '<img src=x onerror="window.harmed = true">';
    });
    attempt('onclick', () => element.setAttribute('onclick', 'window.harmed = true'));
    attempt('script.src', () => {
      document.createElement('script').src = 'https://evil.example/x.js';
    });
    attempt('a policy of its own', () => Reflect.get(globalThis, 'trustedTypes').createPolicy('x', {}));
    const violations: string[] = [];
    const told = new Promise<void>((resolve) => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        violations.push(effectiveDirective);
        if (['img-src', 'frame-src'].every((name) => violations.includes(name))) resolve();
      });
    });
    const image = document.createElement('img');
    image.src = 'https://evil.example/?stolen';
    const frame = document.createElement('iframe');
    frame.src = 'https://evil.example/';
    document.body.append(image, frame);
    await told;
    // Only now: while the tools of the browser call a function, they let it use eval.
    attempt('eval', () =>
      Reflect.apply(Reflect.get(globalThis, 'eval'), undefined, ['window.harmed = true']),
    );
    for (const added of [image, frame]) added.remove();
    return { refused, harmed: Reflect.get(globalThis, 'harmed') === true };
  });
  expect(tried).toEqual({
    refused: {
      innerHTML: 'TypeError',
      onclick: 'TypeError',
      'script.src': 'TypeError',
      eval: 'EvalError',
      'a policy of its own': 'TypeError',
    },
    harmed: false,
  });

  // Framed by another site: the browser says why it shows nothing of it. Another site on this machine, because pages from
  // elsewhere may not even ask it.
  const site = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end(`<iframe src="${ada.url}/"></iframe>`);
  });
  await once(site.listen(0, '127.0.0.1'), 'listening');
  const address = site.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const other = await browser.newContext();
  const page = await other.newPage();
  const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
  await page.goto(`http://127.0.0.1:${port}/`);
  expect((await refused).type()).toBe('error');
  await other.close();
  site.close();
  await ada.context.close();
});
