/** `README.txt` of an archive: what is what, and what is not in it. Written last, when that is known. */

export interface Missing {
  /** The ways in are in the database, and it could not be asked. */
  waysIn: boolean;
  /** Folders of conversations that were deleted before they could be read. */
  deleted: string[];
  /** Folders of conversations that were deleted while they were read. */
  cut: string[];
  /** Paths of files that were deleted before they could be read. */
  files: string[];
}

const list = (folders: ReadonlyArray<string>): string => folders.map((folder) => `  ${folder}\n`).join('');

/** Plain text. Names folders, never titles: whatever a title holds, it says nothing here. */
export function readmeOf(made: {
  at: string;
  origin: string;
  conversations: number;
  missing: Missing;
}): string {
  const { waysIn, deleted, cut, files } = made.missing;
  const gaps = [
    waysIn
      ? 'Your passkeys and linked accounts are not in account.json: the database could not be reached. Export again later\nto have them.\n'
      : '',
    deleted.length > 0 ? `These conversations were deleted before they could be read:\n${list(deleted)}` : '',
    cut.length > 0
      ? `These conversations were deleted while they were read; what is here of them is not all:\n${list(cut)}`
      : '',
    files.length > 0 ? `These files were deleted before they could be read:\n${list(files)}` : '',
  ].filter((text) => text !== '');
  return `Everything you own in Agentic Tasks (${made.origin})
Made ${made.at.slice(0, 10)} ${made.at.slice(11, 19)} UTC. Conversations: ${made.conversations}.

account.json         Your profile, the devices you are signed in on, your API keys (without their
                     secrets), your passkeys and linked accounts by name.
activity.json        What happened to your account, newest first.
connections.json     The servers you connected, without their tokens, with their tools and what each may do.
tools.json           The tools that are built in, and what each may do.
rules.json           What Claude may do without asking, within which bounds.
memory.json          What Claude remembers of you.
effects.json         What Claude did for you and what it asked for, newest first.
channels.json        Where your reports go, without secret addresses.
daily-settings.json  When and how your daily run goes.
daily-runs.json      Your daily runs, newest first, with their tasks, their timeline and their report; what was
                     said in them is with the conversations.
files.json           Your files by name, with the place of each here.
files/               The files themselves.
records.jsonl        The tables that Claude keeps for you, one a line; only if there are any.
conversations.json   All conversations, also archived ones, with the folder of each.
conversations/       One folder for each conversation:
  conversation.json    its title, status and figures
  events.json          everything that happened in it, in order: nothing is left out
  transcript.md        the same to be read: who said what and when, which tools were called

All times are UTC. There are no passwords, no tokens and no keys in this archive. Keep it as you keep
your mail: it holds all you said here.
${gaps.length === 0 ? '\nNothing is missing.\n' : `\nWhat is missing:\n\n${gaps.join('\n')}`}`;
}
