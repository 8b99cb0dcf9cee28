/** What a day through deaths says of itself, against what the outside saw. */
import { receiveMail } from '#dev/mail/mailbox.ts';
import type { DailyTask } from '#shared/protocol/daily.ts';
import type { DailyPerson } from './daily-person.ts';
import { counted } from './tally.ts';

/** What the demo lead plans with mail and photos. */
const PLAN = 5;

export const noSums = () => ({
  windows: 0,
  /** Windows with all their eight tasks. */
  planned: 0,
  tasks: 0,
  completed: 0,
  inProgress: 0,
  failed: 0,
  notStarted: 0,
  effects: 0,
  unknown: 0,
  reports: 0,
  slack: 0,
  slackUnknown: 0,
  mails: 0,
  twice: 0,
  lost: 0,
  stuck: 0,
});
export type Sums = ReturnType<typeof noSums>;

/** To whom the task of this title writes; null for one that does not write. */
function addresseeOf(title: string): string | null {
  const name = /^(?:Write to|Answer) (\w+)/.exec(title)?.[1];
  return name === undefined ? null : `${name.toLowerCase()}@example.com`;
}

/** How calls of `send_mail` ended, in all conversations that ever had this task. */
async function outcomesOf(person: DailyPerson, title: string): Promise<string[]> {
  const agents = (await person.agents()).filter((each) => each.title === title);
  const outcomes = await Promise.all(
    agents.map(async ({ id }) => {
      const { events } = await person.visitor.until(id, () => true);
      return events.flatMap((event) =>
        event.type === 'tool_ended' && event.name.endsWith('send_mail') ? [event.outcome ?? 'none'] : [],
      );
    }),
  );
  return outcomes.flat();
}

async function judgeMail(
  person: DailyPerson,
  task: DailyTask,
  happened: number,
  sums: Sums,
): Promise<string[]> {
  const outcomes = await outcomesOf(person, task.title);
  const ok = outcomes.filter((outcome) => outcome === 'ok').length;
  const unknown = outcomes.filter((outcome) => outcome === 'unknown').length;
  sums.effects += happened;
  sums.unknown += unknown;
  sums.twice += happened > 1 ? 1 : 0;
  return [
    ...(happened > 1 ? [`double: "${task.title}" was sent ${happened} times`] : []),
    ...(ok > happened ? [`lost: "${task.title}" is said to be sent and was not`] : []),
    ...(happened > ok + unknown ? [`hidden: "${task.title}" was sent and nobody says so`] : []),
    ...(task.status === 'completed' && happened !== 1
      ? [`lost: "${task.title}" is completed and was not sent`]
      : []),
    ...(happened === 1 && unknown === 0 && task.status !== 'completed' && task.status !== 'in_progress'
      ? [`hidden: "${task.title}" was sent and is ${task.status}`]
      : []),
  ];
}

/** What is said of a task against what is there. */
async function judgeTask(
  person: DailyPerson,
  task: DailyTask,
  sentTo: Map<string, number>,
  sums: Sums,
): Promise<string[]> {
  const faults: string[] = [];
  const to = addresseeOf(task.title);
  if (to !== null) faults.push(...(await judgeMail(person, task, sentTo.get(to) ?? 0, sums)));
  if (task.title === 'Check the flight prices' && task.status === 'completed')
    faults.push('what cannot be done is done');
  if (
    task.title !== 'Check the flight prices' &&
    to === null &&
    task.status === 'completed' &&
    task.unverified
  )
    faults.push(`"${task.title}" is completed without evidence`);
  if (task.retryCount > 3) faults.push(`"${task.title}" was tried ${task.retryCount} times`);
  // Whoever answers for it is there, and at rest.
  const owner = task.owner && (await person.conversation(task.owner).catch(() => null));
  if (!owner) faults.push(`lost: "${task.title}" belongs to nobody`);
  else if (owner.working) faults.push(`stuck: "${task.title}" is still worked on`);
  if (task.status === 'in_progress' && task.assignedTo === null)
    faults.push(`stuck: nobody has "${task.title}" in hand`);
  return faults;
}

/** @param stuck what did not come to rest; null when all did */
export async function judgeWindow(
  person: DailyPerson,
  stuck: string | null,
  mailUrl: string,
  sums: Sums,
): Promise<string[]> {
  const run = await person.run();
  const effects = await person.visitor.effects(person.space);
  const faults = stuck === null ? [] : [`stuck: ${stuck}`];
  sums.windows += 1;
  sums.stuck += stuck === null ? 0 : 1;

  const reports = run.events.filter(({ type }) => type === 'report_sent').length;
  sums.reports += reports;
  faults.push(...counted('reports', reports, 1));
  const posts = effects.filter(({ tool }) => tool === 'post').length;
  const sent = await person.sent();
  const slack = sent.find(({ kind }) => kind === 'slack')?.items ?? [];
  const status = slack[0]?.status ?? 'none';
  sums.slack += posts;
  sums.slackUnknown += status === 'unknown' ? 1 : 0;
  // It has no key: after a death nobody can say, and so it is said that nobody can.
  if (posts > 1 || slack.length !== 1)
    faults.push(`${posts > 1 ? 'double' : 'lost'}: ${posts} posts of ${slack.length} reports in Slack`);
  if (posts === 0 && status !== 'unknown') faults.push(`lost: nothing was posted and it is ${status}`);
  if (posts === 1 && status !== 'unknown' && status !== 'sent')
    faults.push(`hidden: it was posted and is ${status}`);
  const mail = await receiveMail(mailUrl, { to: person.email, subject: 'Daily summary' }).catch(() => null);
  const again = await fetch(
    `${mailUrl}/__mails?to=${encodeURIComponent(person.email)}&subject=Daily%20summary`,
  );
  const { mails } = (await again.json()) as { mails: unknown[] };
  sums.mails += mails.length;
  faults.push(...counted('mails of the report', mails.length, 1));
  const text = run.report?.text ?? 'none';
  const numbers = /- Total Generated: .*\n- Completion Rate: .*/.exec(text)?.[0] ?? 'none';
  if (mail !== null && !mail.text.includes(numbers)) faults.push('the mail has other numbers');

  const { completed, inProgress, failed, notStarted, generated } = run.report?.totals ?? run.totals;
  Object.assign(sums, {
    tasks: sums.tasks + generated,
    completed: sums.completed + completed,
    inProgress: sums.inProgress + inProgress,
    failed: sums.failed + failed,
    notStarted: sums.notStarted + notStarted,
  });
  if (completed + inProgress + failed + notStarted !== generated) faults.push('the numbers do not add up');
  for (const [title, id] of person.added) {
    const there = run.tasks.filter((task) => task.id === id && task.title === title).length;
    sums.lost += there === 1 ? 0 : 1;
    faults.push(...counted(`"${title}" on the board`, there, 1));
  }
  const titles = run.tasks.map(({ title }) => title);
  if (new Set(titles).size !== titles.length) faults.push('double: a task is twice on the board');
  // The plan stands as a whole, or the lead did not come to it before the end.
  const ofLead = run.tasks.filter(({ generatedBy }) => generatedBy === 'lead').length;
  sums.planned += ofLead === PLAN && person.added.size === 3 ? 1 : 0;
  if (ofLead !== PLAN && ofLead !== 0) faults.push(...counted('tasks of the plan', ofLead, PLAN));
  if (generated !== ofLead + person.added.size) {
    sums.lost += 1;
    faults.push(`lost: ${generated} tasks, ${ofLead} planned, ${person.added.size} added`);
  }
  const sentTo = new Map<string, number>();
  for (const { tool, args } of effects)
    if (tool === 'send_mail') sentTo.set(String(args['to']), (sentTo.get(String(args['to'])) ?? 0) + 1);
  for (const task of run.tasks) faults.push(...(await judgeTask(person, task, sentTo, sums)));
  return faults;
}
