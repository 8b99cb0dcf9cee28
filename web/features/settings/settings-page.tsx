/** Settings: its sections, each with an address of its own, and the question whether it is you. */
import { useEffect } from 'react';
import type { Section } from '#web/app/routes.ts';
import { ChannelsSection } from '#web/features/channels/channels.tsx';
import { EffectsSection } from '#web/features/effects/effects.tsx';
import { FilesSection } from '#web/features/files/files.tsx';
import { MemorySection } from '#web/features/memory/memory.tsx';
import { Link } from '#web/ui/link.tsx';
import { useTitle } from '#web/ui/use-title.ts';
import { ActivitySection } from './activity.tsx';
import { ApiKeysSection } from './api-keys.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { DataSection } from './data.tsx';
import { ProfileSection } from './profile.tsx';
import { SecuritySection } from './security.tsx';
import './settings.css';
import './settings-dialogs.css';

const sections: Array<{ name: Section; href: string; label: string; title: string }> = [
  { name: 'profile', href: '/settings', label: 'Profile', title: 'Profile' },
  { name: 'security', href: '/settings/security', label: 'Security', title: 'Security' },
  { name: 'keys', href: '/settings/keys', label: 'API keys', title: 'API keys' },
  { name: 'memory', href: '/settings/memory', label: 'Memory', title: 'Memory' },
  { name: 'channels', href: '/settings/channels', label: 'Channels', title: 'Channels' },
  { name: 'effects', href: '/settings/effects', label: 'What Claude did', title: 'What Claude did' },
  { name: 'files', href: '/settings/files', label: 'Files', title: 'Files' },
  { name: 'activity', href: '/settings/activity', label: 'Activity', title: 'Activity' },
  { name: 'data', href: '/settings/data', label: 'Data', title: 'Your data' },
];

function Content({ section }: { section: Section }) {
  switch (section) {
    case 'profile':
      return <ProfileSection />;
    case 'security':
      return <SecuritySection />;
    case 'keys':
      return <ApiKeysSection />;
    case 'memory':
      return <MemorySection />;
    case 'channels':
      return <ChannelsSection />;
    case 'effects':
      return <EffectsSection />;
    case 'files':
      return <FilesSection />;
    case 'activity':
      return <ActivitySection />;
    case 'data':
      return <DataSection />;
    default:
      return section satisfies never;
  }
}

export function SettingsPage({ section }: { section: Section }) {
  const title = sections.find(({ name }) => name === section)?.title ?? 'Settings';
  useTitle(`${title} · Settings`);
  useEffect(() => {
    document.getElementById('settings')?.scrollTo(0, 0);
    // On a narrow screen the row of sections scrolls: the one that is open is in sight.
    document
      .querySelector(`.sections [data-section=${section}]`)
      ?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [section]);
  return (
    <div className="scroll" id="settings">
      <div className="settings">
        <nav className="sections" aria-label="Settings">
          {sections.map(({ name, href, label }) => (
            <Link
              key={name}
              href={href}
              data-section={name}
              aria-current={name === section ? 'page' : undefined}
            >
              {label}
            </Link>
          ))}
        </nav>
        <div className="content">
          <h1 id="title" tabIndex={-1}>
            {title}
          </h1>
          <Content section={section} />
        </div>
      </div>
      <ConfirmDialog />
    </div>
  );
}
