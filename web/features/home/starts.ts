/**
 * Four ways to begin. Each puts words into the composer and nothing else: what happens then is a conversation, and
 * no card promises what the app cannot do. A gap to fill in stands in brackets and is selected.
 */
export interface Start {
  title: string;
  line: string;
  text: string;
}

export const starts: ReadonlyArray<Start> = [
  {
    title: 'Watch something for me',
    line: 'Work out what to look for, and how often.',
    text: 'I want to keep an eye on [what it is about]. Help me decide what exactly to look for, how often it is worth checking, and what would be news to me.',
  },
  {
    title: 'Brief me every morning',
    line: 'Shape a briefing worth reading.',
    text: 'Help me shape a short morning briefing about [your topics]. Ask me what I want to know first, then show me what one would look like.',
  },
  {
    title: 'Ask me before you act',
    line: 'Draft something, and change it with you.',
    text: 'Draft a message to [whom] about [what]. Show it to me first and ask what to change; I will send it myself.',
  },
  {
    title: 'Run my day',
    line: 'Turn a pile of tasks into a plan.',
    text: 'Here is what I have to do today: [your tasks]. Order it into a realistic plan with times, and say what can wait.',
  },
];
