/** The made-up mailbox that every space begins with. */

export interface Mail {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  /** ISO, in UTC. */
  readonly date: string;
  readonly body: string;
  archived: boolean;
}

const me = 'you@example.com';
const mail = (id: string, date: string, from: string, subject: string, body: string): Mail => ({
  id,
  from,
  to: me,
  subject,
  date,
  body,
  archived: false,
});

export const mailbox: ReadonlyArray<Mail> = [
  mail(
    'm1',
    '2026-11-21T09:12:00Z',
    'American Airlines <no-reply@info.email.aa.com>',
    'Your trip confirmation and receipt (QXJKWP)',
    'Record locator: QXJKWP\nBerlin (BER) to Dallas/Fort Worth (DFW), 12 December 2026, AA 221\nPassenger: You\nFare USD 642.00, taxes USD 88.40\nTotal USD 730.40, Visa ending in 4242',
  ),
  mail(
    'm2',
    '2026-11-21T07:30:00Z',
    'Rebecca Stone <rebecca@example.com>',
    'November receipts',
    'Hi,\n\nfor the November books I still need your flight receipts. Could you send me the airline, amount and confirmation code as soon as you have them?\n\nThanks\nRebecca',
  ),
  mail(
    'm3',
    '2026-11-20T18:02:00Z',
    'The Weekly Loaf <hello@weeklyloaf.example>',
    'Sourdough in winter',
    'This week: why your starter sulks below 18 degrees, and a rye that forgives everything.',
  ),
  mail(
    'm4',
    '2026-11-20T15:45:00Z',
    'Jonas Weber <jonas@example.org>',
    'Dinner on Friday?',
    'Are you free on Friday at 19:30? I would book the place at the canal.',
  ),
  mail(
    'm5',
    '2026-11-20T11:20:00Z',
    'GitHub <noreply@github.example>',
    '[agentic-tasks] Build passed',
    'All checks have passed on main.',
  ),
  mail(
    'm6',
    '2026-11-19T16:00:00Z',
    'City Library <library@city.example>',
    'Two books are due soon',
    'Due on 28 November: "The Peregrine", "A Pattern Language".',
  ),
  mail(
    'm7',
    '2026-11-19T08:10:00Z',
    'Stadtwerke <service@stadtwerke.example>',
    'Your electricity bill for October',
    'Amount due: EUR 61.18, by 5 December 2026.',
  ),
  mail(
    'm8',
    '2026-11-18T19:33:00Z',
    'Mia <mia@example.net>',
    'Photos from Kyoto',
    'Finally sorted them. The maple ones at Tofuku-ji are my favourites.',
  ),
  mail(
    'm9',
    '2026-11-18T10:00:00Z',
    'Calendar <calendar@example.com>',
    'Invitation: Planning 2027, Tue 1 Dec 14:00',
    'Planning 2027\nTuesday, 1 December 2026, 14:00 to 15:30\nRoom 4',
  ),
  mail(
    'm10',
    '2026-11-17T13:21:00Z',
    'Dr. Lind <praxis@lind.example>',
    'Your appointment',
    'We look forward to seeing you on 3 December at 08:40.',
  ),
  mail(
    'm11',
    '2026-11-16T09:00:00Z',
    'Podcast Weekly <news@podcasts.example>',
    'Five AI stories worth an episode',
    '1. Smaller models, longer memories. 2. The audit trail as a feature. 3. Robots that ask first. 4. Open weights in hospitals. 5. What agents cost.',
  ),
  mail(
    'm12',
    '2026-11-14T20:05:00Z',
    'American Airlines <aadvantage@info.email.aa.com>',
    'Your November statement',
    'AAdvantage miles: 18,240. No new activity.',
  ),
  mail(
    'm13',
    '2026-11-12T12:00:00Z',
    'Landlord <office@haus.example>',
    'Heating check',
    'The heating will be checked on 30 November between 10 and 12.',
  ),
  mail(
    'm14',
    '2026-11-10T07:45:00Z',
    'Rebecca Stone <rebecca@example.com>',
    'Re: October',
    'All booked, thank you. October is closed.',
  ),
];
