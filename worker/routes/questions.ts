/** Questions: one of them, its answer, and the inbox of all that are open. */
import { v7 as uuidv7 } from 'uuid';
import { conversation } from '#durable-objects/conversation/client.ts';
import { user as userObject } from '#durable-objects/user/client.ts';
import { deviceWords } from '#shared/core/auth/device-words.ts';
import { routes } from '#shared/protocol/routes.ts';
import type { App } from '../app-env.ts';
import { deviceOf } from '../auth/device.ts';
import { refuse, refused } from '../middleware/problems.ts';
import { idFromKey } from './ids.ts';
import { mount } from './mount.ts';

export function questionRoutes(app: App): void {
  mount(app, routes.inbox, async ({ c, user }) => ({ items: await userObject(c.env, user.id).inbox() }));

  mount(app, routes.getQuestion, async ({ c, user, params }) => {
    const got = await conversation(c.env, params.conversationId).question(user.id, params.questionId);
    return got.ok ? { question: got.question } : refuse(got.code);
  });

  mount(app, routes.previewCall, async ({ c, user, params, body }) => {
    const { conversationId, questionId } = params;
    const got = await conversation(c.env, conversationId).previewCall(user.id, questionId, body.input);
    if (!got.ok) return refused(got);
    const { ok: _ok, ...effect } = got;
    return effect;
  });

  mount(app, routes.answerQuestion, async ({ c, user, params, body }) => {
    const { conversationId, questionId } = params;
    const decided = await conversation(c.env, conversationId).answer(user.id, {
      questionId,
      answer: body,
      device: user.sessionId === null ? 'an API key' : deviceWords(deviceOf(c).userAgent),
      turnId: uuidv7(),
      // Of the question: a repeat of the same yes makes the same rule.
      ruleId: await idFromKey(user.id, `${questionId}/rule`),
    });
    if (!decided.ok) return refused(decided);
    return { questionId: decided.questionId, outcome: decided.outcome, turnId: decided.turnId };
  });
}
