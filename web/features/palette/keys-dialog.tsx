/** All keys at a glance. */
import { closeOverlay } from '#web/app/overlay.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import './palette.css';

const isMac = () => /Mac|iPhone|iPad/.test(navigator.userAgent);

const groups: Array<{ name: string; keys: Array<[string[], string]> }> = [
  {
    name: 'Anywhere',
    keys: [
      [['mod', 'K'], 'Go to a conversation, or do something'],
      [['N'], 'New conversation'],
      [['/'], 'Search'],
      [['?'], 'These keys'],
    ],
  },
  {
    name: 'In the list',
    keys: [
      [['J'], 'Next conversation'],
      [['K'], 'Previous conversation'],
      [['Enter'], 'Open it'],
    ],
  },
  {
    name: 'In the inbox',
    keys: [
      [['J'], 'Next'],
      [['K'], 'Previous'],
      [['Enter'], 'Open or close it'],
      [['A'], 'Open an approval and go to its yes'],
    ],
  },
  {
    name: 'Under Scheduled',
    keys: [
      [['←'], 'The week before'],
      [['→'], 'The week after'],
    ],
  },
  {
    name: 'In a conversation',
    keys: [
      [['C'], 'Write'],
      [['Enter'], 'Send'],
      [['Shift', 'Enter'], 'New line'],
      [['Esc'], 'Stop the reply, or leave the field'],
    ],
  },
];

export function KeysDialog() {
  const mod = isMac() ? '⌘' : 'Ctrl';
  return (
    <Dialog title="Keyboard shortcuts" className="keys" onClose={closeOverlay}>
      {groups.map(({ name, keys }) => (
        <section key={name} aria-label={name}>
          <h3>{name}</h3>
          <dl>
            {keys.map(([combination, words]) => (
              <div key={words}>
                <dt>
                  {combination.map((key) => (
                    <kbd key={key}>{key === 'mod' ? mod : key}</kbd>
                  ))}
                </dt>
                <dd>{words}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <div className="actions">
        <button type="button" autoFocus onClick={closeOverlay}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
