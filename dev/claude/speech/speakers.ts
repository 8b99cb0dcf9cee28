/**
 * Who answers: the first speaker in this list that has something to say. Order matters: tasks of the application before
 * talk, results of tools before new words, questions about what was said before statements that look like them.
 */
import type { MessageRequest } from '../contract/request.ts';
import { say, type Draft } from '../reply/draft.ts';
import { arithmetic } from './arithmetic.ts';
import { agentFlow } from './flows/daily-agent.ts';
import { leadFlow } from './flows/daily-lead.ts';
import { errand } from './flows/errands.ts';
import { newsFlow } from './flows/news.ts';
import { progressFlow } from './flows/progress.ts';
import { mailFlow, photoFlow, podcastFlow, watchFlow } from './flows/examples.ts';
import { farewell, greeting, howAreYou, thanks } from './courtesy.ts';
import { clock, fallback, work } from './fallback.ts';
import { abilities, identity } from './identity.ts';
import { learnsFact, learnsName, recallsFact, recallsName, recallsOwnWords, recallsReply } from './memory.ts';
import { sampleOf } from './sample.ts';
import type { Speaker } from './speaker.ts';
import { summary, title } from './tasks.ts';
import { outcomes } from './tools.ts';
import type { View } from './view.ts';
import { code, haiku, plan, table } from './writing.ts';

export const speakers: readonly Speaker[] = [
  title,
  summary,
  leadFlow,
  agentFlow,
  newsFlow,
  progressFlow,
  watchFlow,
  mailFlow,
  photoFlow,
  podcastFlow,
  errand,
  outcomes,
  greeting,
  howAreYou,
  identity,
  abilities,
  recallsName,
  recallsOwnWords,
  recallsReply,
  recallsFact,
  learnsName,
  arithmetic,
  clock,
  haiku,
  table,
  plan,
  code,
  work,
  learnsFact,
  thanks,
  farewell,
  fallback,
];

/** The answer to a conversation; as JSON where the request demands a schema. */
export function speak(view: View, request: MessageRequest): Draft {
  if (request.format !== undefined) return say(JSON.stringify(sampleOf(request.format, view.newest)));
  for (const speaker of speakers) {
    const draft = speaker.speak(view);
    if (draft !== undefined) return draft;
  }
  return say('There is nothing I can say to this.');
}
