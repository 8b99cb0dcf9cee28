/** A question where it was asked: open as a card, decided as one line of history. */
import { useTalk } from '#web/features/conversation/talk-context.ts';
import { timeOfDay } from '#web/ui/time.ts';
import { ApprovalCard } from './approval-card.tsx';
import { AskCard } from './ask-card.tsx';
import { Closed } from './closed.tsx';
import './cards.css';

export function QuestionCard({ questionId }: { questionId: string }) {
  const talk = useTalk();
  const view = talk?.questions[questionId];
  if (!talk || !view) return null;
  const { question, end, closedAt } = view;
  if (end !== null)
    return <Closed question={question} end={end} at={timeOfDay(closedAt ?? question.askedAt, talk.zone)} />;
  return question.approval === null ? (
    <AskCard conversationId={talk.id} question={question} now={talk.now} />
  ) : (
    <ApprovalCard conversationId={talk.id} question={question} approval={question.approval} now={talk.now} />
  );
}
