/** The page of the stand-in: what it was asked, newest first, one page per request, and what it can be asked to do. */
import type { Entry } from '../journal.ts';
import { isObject, type JsonObject } from '#dev/stand-in/json.ts';
import { scenarios } from '../scenarios/catalog.ts';
import { html, type Html } from '#dev/stand-in/html.ts';
import { page } from './page.ts';

const REFRESH_SECONDS = 5;
const SHOWN = 200;
const TITLE = 'Stand-in for the Claude API';

const banner = html`<div class="banner">
  <strong>Stand-in, not Claude.</strong> This local service imitates the Claude Messages API for development
  and tests. Replies come from fixed rules, token counts are estimates, nothing leaves this machine.
</div>`;

/** `GET /` */
export function listPage(entries: readonly Entry[], state: object): Response {
  const newest = entries.toReversed().slice(0, SHOWN);
  const rows = newest.map(row);
  const table =
    rows.length === 0
      ? html`<p class="muted">
          Nothing was asked yet. Start a conversation in the app, and it will appear here.
        </p>`
      : html`<div class="scroll">
          <table>
            <thead>
              <tr>
                <th>Time (UTC)</th>
                <th>Last user text</th>
                <th>Model</th>
                <th>Outcome</th>
                <th>Stop</th>
                <th class="number">In</th>
                <th class="number">Read</th>
                <th class="number">Written</th>
                <th class="number">Out</th>
                <th class="number">Took</th>
              </tr>
            </thead>
            <tbody>
              ${rows}
            </tbody>
          </table>
        </div>`;
  const body = html`<h1>${TITLE}</h1>
    ${banner}
    <h2>Requests</h2>
    <p class="muted">Tokens: In comes without the prompt cache, Read comes from it, Written goes into it.</p>
    ${table}
    <h2>Scenarios</h2>
    <p>
      Write a marker anywhere in a message, for example <code>[scenario: overloaded times=2]</code>. The
      newest user message counts; titles and summaries ignore it. <code>times</code> is how many attempts fail
      before one is answered (<code>times=always</code>: all). Tests queue the same scenarios through
      <code>POST /__control</code>.
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Marker</th>
            <th>What happens</th>
          </tr>
        </thead>
        <tbody>
          ${scenarios.map(
            ({ usage, help }) =>
              html`<tr>
                <td><code>${usage}</code></td>
                <td>${help}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <h2>Control</h2>
    <p>
      The same as JSON: <a href="/__journal">/__journal</a> (<code>?after=</code> an id),
      <a href="/__control">/__control</a>. Actions: <code>queue</code>, <code>hold</code>,
      <code>release</code>, <code>await</code>, <code>pace</code>, <code>reset</code>; see
      <code>dev/claude/README.md</code>.
    </p>
    <pre>${JSON.stringify(state, null, 2)}</pre>`;
  return page(TITLE, body, REFRESH_SECONDS);
}

function row(entry: Entry): Html {
  const usage = entry.usage ?? {};
  return html`<tr>
    <td class="line"><a href="/entry/${entry.id}">${entry.at.slice(11, 23)}</a></td>
    <td class="words">${entry.lastUserText}</td>
    <td>${entry.model ?? '?'} <span class="muted">${kind(entry)}</span></td>
    <td class="${entry.outcome}">
      ${entry.held ? 'held' : entry.outcome} ${entry.status ?? ''}${reason(entry)}
    </td>
    <td>${entry.stopReason ?? ''}</td>
    <td class="number">${count(usage, 'input_tokens')}</td>
    <td class="number">${count(usage, 'cache_read_input_tokens')}</td>
    <td class="number">${count(usage, 'cache_creation_input_tokens')}</td>
    <td class="number">${count(usage, 'output_tokens')}</td>
    <td class="number">${entry.durationMs === null ? '' : `${entry.durationMs} ms`}</td>
  </tr>`;
}

function kind(entry: Entry): string {
  if (entry.path.endsWith('/count_tokens')) return 'count';
  return entry.stream ? 'stream' : 'whole';
}

function reason(entry: Entry): string {
  if (entry.rule !== null) return ` (${entry.rule})`;
  return entry.scenario === null ? '' : ` (${entry.scenario})`;
}

function count(usage: JsonObject, key: string): string {
  const value = usage[key];
  return typeof value === 'number' ? value.toLocaleString('en') : '';
}

/** `GET /entry/:id` */
export function entryPage(entry: Entry | undefined): Response {
  if (entry === undefined) {
    const body = html`<h1>${TITLE}</h1>
      ${banner}
      <p>This request is not in the journal any more.</p>
      <p><a href="/">All requests</a></p>`;
    return page('Not in the journal', body, 0, 404);
  }
  const { request, response, notes, usage: _usage, ...facts } = entry;
  const body = html`<h1>Request ${entry.id}</h1>
    ${banner}
    <p><a href="/">All requests</a></p>
    <dl>
      ${Object.entries(facts).map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${plain(value)}</dd>`,
      )}
      ${notes.map(
        (note) =>
          html`<dt>note</dt>
            <dd>${note}</dd>`,
      )}
    </dl>
    <h2>Request</h2>
    <pre>${JSON.stringify(request, null, 2)}</pre>
    <h2>Response</h2>
    <pre>${JSON.stringify(response, null, 2)}</pre>`;
  return page(`Request ${entry.id} to the stand-in`, body, 0);
}

function plain(value: unknown): string {
  return isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value ?? '');
}
