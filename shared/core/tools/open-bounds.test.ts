import { expect, test } from 'vitest';
import type { ArgumentMatch } from '#shared/protocol/question-requests.ts';
import { openBounds } from './open-bounds.ts';

const input = {
  to: 'bob@example.com',
  subject: 'News',
  body: 'See https://example.com',
  url: 'https://example.com/a',
  note: { author: 'Ada <ada@example.com>' },
  place: 'https://example.com/hook',
};
const open = (path: string, how: ArgumentMatch['how'], value?: unknown) =>
  openBounds(input, [{ path, how, ...(value === undefined ? {} : { value }) }]).map(({ reach }) => reach);

test('a recipient or a machine that may be anything opens a rule, whatever its argument is called', () => {
  expect(open('to', 'any')).toEqual(['people']);
  expect(open('url', 'any')).toEqual(['hosts']);
  expect(open('place', 'any')).toEqual(['hosts']);
  expect(open('note', 'any')).toEqual(['people']);
  expect(open('note.author', 'any')).toEqual(['people']);
  expect(open('channel_id', 'any')).toEqual(['people']);
});

const anyOf = (name: string, value: unknown = 'x') =>
  openBounds({ [name]: value }, [{ path: name, how: 'any' }]).map(({ reach }) => reach);

test('a name tells by its words, in snake, kebab and camel case and run together', () => {
  const people =
    'phone_number to_number recipient_email to_address toEmail channel_name destination assignee replyTo reply-to ' +
    'phonenumber emailaddress userIDs cc2 number send_to_channel_id bankAccountNumber';
  for (const name of people.split(' ')) expect([name, anyOf(name)]).toEqual([name, ['people']]);
  const hosts = 'base_url webhookUrl imageurl callback ip_address api-endpoint server_name';
  for (const name of hosts.split(' ')) expect([name, anyOf(name)]).toEqual([name, ['hosts']]);
});

test('what is clearly words, a time or a measure opens nothing; whatever else may decide whom it reaches', () => {
  const harmless =
    'subject title body text message note notes issue_title commitMessage email_body reply_text body_html due_date startTime ' +
    'send_at duration_minutes limit page_size language';
  for (const name of harmless.split(' ')) expect([name, anyOf(name)]).toEqual([name, []]);
  for (const name of 'foo amount name issue_number query empfänger 収件人 attachments folder_id public'.split(
    ' ',
  ))
    expect([name, anyOf(name)]).toEqual([name, ['anything']]);
  expect(anyOf('notes', ['a', 'b'])).toEqual([]);
  expect(anyOf('message', { text: 'x' }), 'it may get a recipient').toEqual(['anything']);
  expect(anyOf('message', { to: 'x' })).toEqual(['people']);
  // A list of words for people in the name of people is no words.
  for (const name of ['recipient_text', 'channel_description', 'to_message'])
    expect([name, anyOf(name)]).toEqual([name, ['people']]);
});

test('a path tells by all of its names, and a place in a list by that of the list', () => {
  const nested = { message: { to: ['C012'], text: 'Hi' }, recipients: [{ text: 'x' }] };
  const at = (path: string) => openBounds(nested, [{ path, how: 'any' }]).map(({ reach }) => reach);
  expect(at('message.to.0')).toEqual(['people']);
  expect(at('recipients.0.text')).toEqual(['people']);
  expect(at('message.text')).toEqual([]);
});

test('words may be anything, and what is fixed opens nothing', () => {
  expect(open('subject', 'any')).toEqual([]);
  expect(open('body', 'any')).toEqual([]);
  expect(open('to', 'equals', 'bob@example.com')).toEqual([]);
  expect(open('to', 'template', 'bob@example.com')).toEqual([]);
});

test('a star opens a recipient anywhere, and an address before the end of its machine', () => {
  expect(open('to', 'template', '*@example.com')).toEqual(['people']);
  expect(open('url', 'template', 'https://*.example.com/a')).toEqual(['hosts']);
  expect(open('url', 'template', 'https://example.com*')).toEqual(['hosts']);
  expect(open('url', 'template', '*')).toEqual(['hosts']);
  expect(open('url', 'template', 'https://example.com/a/*')).toEqual([]);
});

test('a star in what is not clearly words opens it, and so does a figure', () => {
  const said = (name: string, how: ArgumentMatch['how'], value: string) =>
    openBounds({ [name]: 'x' }, [{ path: name, how, value }]).map(({ reach }) => reach);
  expect(said('subject', 'template', 'Receipt *')).toEqual([]);
  expect(said('amount', 'template', '*')).toEqual(['anything']);
  expect(said('room', 'figures', 'Room {number}')).toEqual(['people']);
  expect(said('body', 'figures', 'Total {number}')).toEqual([]);
  expect(said('url', 'figures', 'https://example.com/ {number}')).toEqual([]);
  // Below a fixed machine that is an address of people, somebody else may stand.
  expect(
    openBounds({ to: 'https://x.example/u/1' }, [
      { path: 'to', how: 'template', value: 'https://x.example/u/*' },
    ]),
  ).toEqual([{ path: 'to', reach: 'people', within: null }]);
});

test('a star before one mail domain keeps to it, and nowhere else does', () => {
  const within = (value: string) =>
    openBounds(input, [{ path: 'to', how: 'template', value }]).map((bound) => bound.within);
  expect(within('*@example.com')).toEqual(['example.com']);
  expect(within('Ada * <*@example.com>')).toEqual([null]);
  expect(within('Ada <a*@mail.example.com>')).toEqual(['mail.example.com']);
  for (const open of [
    '*',
    '*@*.example.com',
    '*@example.com*',
    'a@example.com, *',
    '*example.com',
    '*, a@example.com',
  ])
    expect([open, within(open)]).toEqual([open, [null]]);
  expect(openBounds(input, [{ path: 'to', how: 'any' }])).toEqual([
    { path: 'to', reach: 'people', within: null },
  ]);
});
