/** Leads to an open card, wherever on the page it stands. */

export const cardId = (questionId: string): string => `card-${questionId}`;

export function lookAtCard(questionId: string): void {
  const heading = document.getElementById(cardId(questionId));
  heading?.closest('section')?.scrollIntoView({ block: 'nearest' });
  heading?.focus({ preventScroll: true });
}
