/** Settings, first section: who you are here, how it looks, and the way out. */
import { openOverlay } from '#web/app/overlay.tsx';
import { useUser } from '#web/app/signed-in.ts';
import { useStore } from '#web/ui/store.ts';
import { setTheme, theme, themes } from '#web/ui/theme.ts';
import { EmailSection } from './email.tsx';
import { ProfileForm } from './profile-form.tsx';
import { Section } from './section.tsx';

export function ProfileSection() {
  const user = useUser();
  const chosen = useStore(theme);
  return (
    <>
      <Section title="You">
        <ProfileForm key={user.id} />
      </Section>
      <EmailSection />
      <Section title="Look">
        <fieldset className="segments">
          <legend className="unseen">Theme</legend>
          {themes.map(({ value, label }) => (
            <label key={value}>
              <input type="radio" name="theme" checked={chosen === value} onChange={() => setTheme(value)} />
              {label}
            </label>
          ))}
        </fieldset>
      </Section>
      <Section title="Keyboard">
        <button type="button" onClick={() => openOverlay({ name: 'keys' })}>
          Show all keyboard shortcuts
        </button>
      </Section>
      <Section title="This browser" lead="Signing out also removes the drafts that are kept in this browser.">
        <button type="button" onClick={() => openOverlay({ name: 'sign-out' })}>
          Sign out
        </button>
      </Section>
    </>
  );
}
