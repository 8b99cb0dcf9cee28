import { describe, expect, it } from 'vitest';
import { figuresOf, fitsFigures } from './figures.ts';

describe('words with a hole for each figure', () => {
  it('leaves open one token of its kind', () => {
    for (const [text, template] of [
      ['Receipt QXJKWP', 'Receipt {code}'],
      ['Hi,\n\nTotal: $412.30\n\nBest', 'Hi,\n\nTotal: ${number}\n\nBest'],
      ['On 2026-11-24 at 10:30, 12,400 visits (5%).', 'On {date} at {time}, {number} visits ({number}%).'],
      ['Vom 24.11.2026: 3 Mails', 'Vom {date}: {number} Mails'],
    ] as const)
      expect(figuresOf(text)).toBe(template);
    const fits = (text: string) => fitsFigures(text, 'Order {number}, booked as {code}');
    expect(fits('Order 77, booked as AB12CD')).toBe(true);
    for (const text of [
      'Order AB12CD, booked as AB12CD',
      'Order 77, booked as 77',
      'Order 77 and all the rest, booked as AB12CD',
      'Order 77, booked as AB12CD\nand more',
      'Order , booked as AB12CD',
      'Order 12345678, booked as AB12CD',
      'Order {number}, booked as {code}',
    ])
      expect(fits(text)).toBe(false);
  });

  it.each([
    '{ "to": "acct-77", "amount": 100 }',
    '{\n  "to": "acct-77",\n  "amount": 100\n}',
    'to=acct-77&amount=100',
    'to: bob\namount: 100',
    "'amount': 100",
    '<p>Total 100</p>',
    '12',
    'See http://a.example/1',
    'write to a1@example.com',
    'Look at 10.0.0.1',
    'Use DE89370400440532013000 now',
    'Use DE89 3704 0044 0532 0130 00 now',
    'Use DE893704 now',
    'Use 4111111111111111 now',
    'Use 4111 1111 1111 1111 now',
    'Use 4111-1111-1111-1111 now',
    'Use 12345678 now',
    'Use 12-34-56 now',
    'Use DEUTDEFF now',
    'Use ACCT77 now',
    'acct-77 it is',
    'Into account 12345, please',
    'Pay 100 to Bob',
    'Please transfer 250 today',
    'Call 55512 now',
    'Come to 12 Main Street',
    'Komm in die Hauptstraße 12',
    'Use 555 1234 now',
    '12 34',
    'no figures',
  ])('leaves nothing open in %j', (text) => expect(figuresOf(text)).toBeNull());

  it('takes no account, card, link or address in the place of a figure', () => {
    for (const hostile of [
      'acct-77',
      'DE89370400440532013000',
      'GB29NWBK6016',
      '4111111111111111',
      '12345678',
      'DEUTDEFF',
      'eve@example.com',
      'evil.example',
      'https://evil.example/1',
      '1 2',
      'URGENT,pay',
    ]) {
      expect(fitsFigures(`Receipt ${hostile}`, 'Receipt {code}')).toBe(false);
      expect(fitsFigures(`Receipt ${hostile}`, 'Receipt {number}')).toBe(false);
    }
  });
});
