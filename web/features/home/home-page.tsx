/** The start of a conversation: one composer, and four ways to begin for whoever has no words yet. */
import type { FileRef } from '#shared/protocol/file.ts';
import { meQuery } from '#web/data/conversations.ts';
import { useQuery } from '#web/data/use-query.ts';
import { conversationPath, go } from '#web/app/routes.ts';
import { useOutbox, useUser } from '#web/app/signed-in.ts';
import { Composer } from '#web/features/conversation/composer.tsx';
import { useAttached } from '#web/features/conversation/attached.ts';
import { useDraft } from '#web/features/conversation/drafts.ts';
import { useTitle } from '#web/ui/use-title.ts';
import { uuidv7 } from '#web/ui/uuid.ts';
import { starts } from './starts.ts';
import './home.css';

export function HomePage() {
  const user = useUser();
  const { outbox } = useOutbox();
  const { data: me } = useQuery(meQuery);
  const [text, setText] = useDraft(user.id, 'new');
  const attached = useAttached(user.id, 'new');
  useTitle('New conversation');

  const onSend = (said: string, files: FileRef[]) => {
    const conversationId = uuidv7();
    outbox.add({
      id: uuidv7(),
      conversationId,
      text: said,
      ...(files.length === 0 ? {} : { files }),
      createdAt: new Date().toISOString(),
      creates: true,
    });
    setText('');
    go(conversationPath(conversationId));
  };
  const begin = (words: string) => {
    setText(words);
    const field = document.getElementById('composer');
    if (!(field instanceof HTMLTextAreaElement)) return;
    field.focus();
    // After the field has the words: the cursor goes to the gap that is to be filled in.
    requestAnimationFrame(() => {
      const gap = words.indexOf('[');
      if (gap >= 0) field.setSelectionRange(gap, words.indexOf(']', gap) + 1);
      else field.setSelectionRange(words.length, words.length);
    });
  };
  const greeting = user.name ? `What shall we do, ${user.name.split(' ')[0]}?` : 'What shall we do?';

  return (
    <div className="scroll">
      <div className="home">
        <h1 id="title" tabIndex={-1}>
          {greeting}
        </h1>
        <Composer
          text={text}
          setText={setText}
          onSend={onSend}
          attached={attached}
          placeholder="Write to Claude"
          autoFocus
          model={me?.model}
        />
        <ul className="starts" aria-label="Ways to begin">
          {starts.map(({ title, line, text: words }) => (
            <li key={title}>
              <button type="button" onClick={() => begin(words)}>
                <b>{title}</b>
                <span>{line}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
