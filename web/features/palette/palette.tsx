/** The palette: everything by name. Conversations by title, and the few things one can do anywhere. */
import { useId, useState } from 'react';
import { listQuery } from '#web/data/conversations.ts';
import { useQuery } from '#web/data/use-query.ts';
import { closeOverlay, openOverlay } from '#web/app/overlay.tsx';
import { conversationPath, go } from '#web/app/routes.ts';
import { titleOf } from '#web/features/list/title.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { statusOf } from '#web/ui/status.ts';
import { setTheme, themes } from '#web/ui/theme.ts';
import { useSettled } from '#web/ui/use-settled.ts';
import { rank } from './rank.ts';
import './palette.css';

interface Entry {
  key: string;
  label: string;
  hint: string;
  run: () => void;
}

const commands: Entry[] = [
  { key: 'new', label: 'New conversation', hint: 'N', run: () => go('/new') },
  { key: 'inbox', label: 'Inbox', hint: '', run: () => go('/inbox') },
  { key: 'scheduled', label: 'Scheduled', hint: '', run: () => go('/scheduled') },
  { key: 'connections', label: 'Connections and tools', hint: '', run: () => go('/connections') },
  { key: 'memory', label: 'Memory', hint: '', run: () => go('/settings/memory') },
  { key: 'effects', label: 'What Claude did', hint: '', run: () => go('/settings/effects') },
  { key: 'files', label: 'Files', hint: '', run: () => go('/settings/files') },
  { key: 'settings', label: 'Settings', hint: '', run: () => go('/settings') },
  { key: 'security', label: 'Settings: Security', hint: '', run: () => go('/settings/security') },
  { key: 'api-keys', label: 'Settings: API keys', hint: '', run: () => go('/settings/keys') },
  { key: 'activity', label: 'Settings: Activity', hint: '', run: () => go('/settings/activity') },
  { key: 'data', label: 'Settings: Your data', hint: '', run: () => go('/settings/data') },
  ...themes.map(({ value, label }) => ({
    key: `theme-${value}`,
    label: `Theme: ${label}`,
    hint: '',
    run: () => setTheme(value),
  })),
  { key: 'keys', label: 'Keyboard shortcuts', hint: '?', run: () => openOverlay({ name: 'keys' }) },
  { key: 'sign-out', label: 'Sign out', hint: '', run: () => openOverlay({ name: 'sign-out' }) },
];

/** More would not be read. */
const SHOWN = 50;

export function Palette() {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const wanted = useSettled(typed);
  const { data: active } = useQuery(listQuery('active', ''));
  const { data: found } = useQuery(listQuery('active', wanted), wanted.length > 1);
  const summaries = new Map([...(active?.items ?? []), ...(found?.items ?? [])].map((s) => [s.id, s]));
  const conversations = [...summaries.values()].map((summary): Entry => ({
    key: summary.id,
    label: titleOf(summary),
    hint: statusOf(summary).word,
    run: () => go(conversationPath(summary.id)),
  }));
  const entries = rank(typed, [...commands.slice(0, 1), ...conversations, ...commands.slice(1)]).slice(
    0,
    SHOWN,
  );
  const current = Math.min(at, entries.length - 1);

  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    closeOverlay();
    entry.run();
  };
  return (
    <Dialog title="Go to or do" plain className="palette" onClose={closeOverlay}>
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={entries[current] ? `${list}-${current}` : undefined}
        aria-label="Go to a conversation or do something"
        placeholder="Go to a conversation, or do something"
        autoFocus
        autoComplete="off"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (event.key === 'Enter') choose(entries[current]);
          if (by === undefined || entries.length === 0) return;
          event.preventDefault();
          const next = (current + by + entries.length) % entries.length;
          setAt(next);
          document.getElementById(`${list}-${next}`)?.scrollIntoView({ block: 'nearest' });
        }}
      />
      <ul id={list} role="listbox" aria-label="Matches">
        {entries.map((entry, index) => (
          <li
            key={entry.key}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === current}
            onPointerMove={() => setAt(index)}
            onClick={() => choose(entry)}
          >
            <span>{entry.label}</span>
            <span className="hint">{entry.hint}</span>
          </li>
        ))}
      </ul>
      {entries.length === 0 && <p className="empty">Nothing has that name.</p>}
    </Dialog>
  );
}
