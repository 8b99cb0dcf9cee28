/**
 * What is needed only while a reply is being written: telling screen readers of it (a sentence when it is finished, not
 * every token), and smoothing the unfinished end of its text.
 */
import { useEffect, useRef } from 'react';
import { textOf, type Transcript } from '#shared/core/conversation/transcript.ts';
import { smoothing } from '#web/features/markdown/parse-stream.ts';
import { smooth } from '#web/features/markdown/smooth.ts';
import { announce } from '#web/ui/announcer.tsx';
import { aloud, endOfSentences } from './spoken.ts';
import { markOf } from '#web/features/trouble/turn-words.ts';

smoothing.of = smooth;

/** Announcements closer together than this would cut each other off. */
const PAUSE_MS = 2000;

/** Speaks of the turn that runs while it is mounted; what was there before is not read out. */
export function Speaker({ transcript }: { transcript: Transcript }) {
  const told = useRef({ turnId: '', upTo: 0, at: 0 });
  useEffect(() => {
    const { turnId, live, messages, turns } = transcript;
    const known = told.current;
    const id = known.turnId || turnId;
    if (!id) return;
    const message = messages.find((candidate) => candidate.id === id);
    const text = textOf(message?.content ?? []) + (live?.text ?? '');
    if (!known.turnId) {
      // What was written before one came is on the page; it is not read out unasked.
      told.current = { turnId: id, upTo: text.length, at: Date.now() };
      announce('Claude is working');
      return;
    }
    const over = turnId !== known.turnId;
    const end = over ? text.length : endOfSentences(text);
    if (!over && (end <= known.upTo || Date.now() - known.at < PAUSE_MS)) return;
    const mark = over ? markOf(turns[known.turnId] ?? null, text !== '') : null;
    const words = [aloud(text.slice(known.upTo, end)), mark?.text ?? ''].filter(Boolean).join(' ');
    if (words) announce(words);
    told.current = over
      ? { turnId: '', upTo: 0, at: 0 }
      : { turnId: known.turnId, upTo: end, at: Date.now() };
  }, [transcript]);
  return null;
}
