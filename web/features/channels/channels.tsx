/** Settings, channels: where reports go besides the app, whether that works, and what was sent. */
import type { FetchQueryOptions } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { createClient, type ReplyOf } from '#shared/client/client.ts';
import { ProblemError } from '#shared/client/problem-error.ts';
import type { Channel, Sent } from '#shared/protocol/channel.ts';
import { channelCalls } from '#shared/protocol/channel-calls.ts';
import { useUser } from '#web/app/signed-in.ts';
import { clientSettings } from '#web/data/app.ts';
import { renew, useFresh } from '#web/data/security.ts';
import { useAction } from '#web/data/use-action.ts';
import { Fault, Loading, Section } from '#web/features/settings/section.tsx';
import { agoWords } from '#web/features/settings/when.ts';
import { fullTime } from '#web/ui/time.ts';
import { useNow } from '#web/ui/use-now.ts';
import { uuidv7 } from '#web/ui/uuid.ts';

const channels = createClient(channelCalls, clientSettings);

const listQuery: FetchQueryOptions<ReplyOf<'listChannels'>> = {
  queryKey: ['channels'],
  queryFn: ({ signal }) => channels.call('listChannels', { signal }),
};
const logQuery = (channelId: string): FetchQueryOptions<ReplyOf<'listSent'>> => ({
  queryKey: ['channel-log', channelId],
  queryFn: ({ signal }) => channels.call('listSent', { params: { channelId }, signal }),
});

/** What the server has against it, in its own sentence. */
const says = (error: unknown): string | null =>
  error instanceof ProblemError && error.code === 'bad_request' && error.errors.length === 0
    ? error.message
    : null;

const words: Record<Sent['status'], { tone: string; word: string }> = {
  waiting: { tone: 'working', word: 'On its way' },
  sent: { tone: 'ok', word: 'Sent' },
  failed: { tone: 'failed', word: 'Not sent' },
  unknown: { tone: 'waiting', word: 'Nobody knows' },
};

/** A test is looked after until something has become of it. */
const LOOKS = 20;
const PAUSE_MS = 500;

async function settled(channelId: string, sentId: string): Promise<Sent | undefined> {
  for (let look = 0; look < LOOKS; look += 1) {
    const { items } = await channels.call('listSent', { params: { channelId } });
    const found = items.find(({ id }) => id === sentId);
    if (found === undefined || found.status !== 'waiting') return found;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return undefined;
}

function Log({ channel, zone, now }: { channel: Channel; zone: string; now: number }) {
  const { data, error, refetch } = useFresh(logQuery(channel.id));
  const action = useAction();
  if (!data) return <Loading error={error} refetch={refetch} label="log" />;
  if (data.items.length === 0) return <p className="muted">Nothing was sent yet.</p>;
  const again = (sentId: string) =>
    action.run(async () => {
      await channels.call('resendSent', { params: { channelId: channel.id, sentId } });
      await settled(channel.id, sentId);
      await renew(logQuery(channel.id));
    });
  return (
    <>
      <ul className="history">
        {data.items.map(({ id, title, status, reason, createdAt, attempts }) => (
          <li key={id}>
            <time dateTime={createdAt} title={fullTime(createdAt, zone)}>
              {agoWords(createdAt, zone, now)}
            </time>
            <div>
              <p>
                {title}{' '}
                <span className="status" data-tone={words[status].tone}>
                  <i />
                  {words[status].word}
                </span>
              </p>
              {reason !== null && (
                <p className="muted">
                  {reason} {attempts > 1 && `${attempts} tries.`}
                </p>
              )}
              {(status === 'failed' || status === 'unknown') && (
                <button type="button" disabled={action.busy} onClick={() => void again(id)}>
                  Send again
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
      <Fault text={action.fault} />
    </>
  );
}

function Item({ channel, zone, now }: { channel: Channel; zone: string; now: number }) {
  const [told, setTold] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const action = useAction(says);
  const params = { channelId: channel.id };
  const act = (what: () => Promise<unknown>) =>
    action.run(async () => {
      await what();
      await renew(listQuery);
    });
  const test = () =>
    action.run(async () => {
      setTold(null);
      const { sent } = await channels.call('testChannel', { params });
      const now = await settled(channel.id, sent.id);
      setTold(
        now === undefined
          ? 'It is still on its way; the log says when it has arrived.'
          : now.status === 'sent'
            ? 'Sent. Look whether it has arrived.'
            : (now.reason ?? 'It was not sent.'),
      );
      await Promise.all([renew(listQuery), renew(logQuery(channel.id))]);
    });
  return (
    <li>
      <div>
        <b>{channel.name}</b>
        <span className="hint">{channel.hint}</span>
        {!channel.enabled && <span className="tag">Off</span>}
        {channel.problem !== null && <p className="danger">{channel.problem}</p>}
        {told !== null && <p role="status">{told}</p>}
        <Fault text={action.fault} />
        <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary>What was sent</summary>
          {open && <Log channel={channel} zone={zone} now={now} />}
        </details>
      </div>
      <span />
      <div className="verbs">
        {channel.enabled ? (
          <>
            <button type="button" disabled={action.busy} onClick={() => void test()}>
              {action.busy ? 'One moment' : 'Send a test'}
            </button>
            <button
              type="button"
              disabled={action.busy}
              onClick={() =>
                void act(() => channels.call('updateChannel', { params, body: { enabled: false } }))
              }
            >
              Switch off
            </button>
          </>
        ) : (
          <button
            type="button"
            disabled={action.busy}
            onClick={() =>
              void act(() => channels.call('updateChannel', { params, body: { enabled: true } }))
            }
          >
            Switch on again
          </button>
        )}
        <button
          type="button"
          disabled={action.busy}
          onClick={() => void act(() => channels.call('removeChannel', { params }))}
        >
          Remove
        </button>
      </div>
    </li>
  );
}

function AddSlack({ done }: { done: () => void }) {
  const [url, setUrl] = useState('');
  const action = useAction(says);
  const id = useId();
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const made = await action.run(async () => {
      await channels.call('createChannel', { body: { id: uuidv7(), kind: 'slack', url: url.trim() } });
      await renew(listQuery);
    });
    if (made) done();
  };
  return (
    <form onSubmit={(event) => void add(event)}>
      <label htmlFor={id}>Address of the incoming webhook</label>
      <input
        id={id}
        autoFocus
        type="url"
        autoComplete="off"
        spellCheck={false}
        placeholder="https://hooks.slack.com/services/…"
        value={url}
        onChange={({ target }) => setUrl(target.value)}
      />
      <p className="muted">
        Made in Slack under Apps, Incoming Webhooks. Whoever has it can post there: it is kept sealed and
        shown to nobody again.
      </p>
      <Fault text={action.fault} />
      <div className="actions">
        <button type="submit" className="primary" disabled={action.busy || url.trim() === ''}>
          Add
        </button>
        <button type="button" onClick={done}>
          Leave it
        </button>
      </div>
    </form>
  );
}

export function ChannelsSection() {
  const { timezone, emailVerified } = useUser();
  const now = useNow();
  const { data, error, refetch } = useFresh(listQuery);
  const [adding, setAdding] = useState(false);
  const action = useAction(says);
  if (!data) return <Loading error={error} refetch={refetch} label="channels" />;
  const addMail = () =>
    action.run(async () => {
      await channels.call('createChannel', { body: { id: uuidv7(), kind: 'email' } });
      await renew(listQuery);
    });
  const hasMail = data.items.some(({ kind }) => kind === 'email');
  return (
    <Section
      title="Where reports go"
      lead="The report of the daily run is always in the app. Here it goes out as well, to each place once."
    >
      {data.items.length === 0 ? (
        <div className="blank">
          <p>
            <b>Only in the app so far</b>
          </p>
          <p className="muted">Add Slack or mail to have the report where you look in the morning.</p>
        </div>
      ) : (
        <ul className="items">
          {data.items.map((channel) => (
            <Item key={channel.id} channel={channel} zone={timezone} now={now} />
          ))}
        </ul>
      )}
      {adding ? (
        <AddSlack done={() => setAdding(false)} />
      ) : (
        <div className="verbs">
          <button type="button" onClick={() => setAdding(true)}>
            Add Slack
          </button>
          {!hasMail && (
            <button type="button" disabled={action.busy || !emailVerified} onClick={() => void addMail()}>
              Add mail
            </button>
          )}
        </div>
      )}
      {!hasMail && !emailVerified && (
        <p className="muted">Mail goes to the address of your account, once you have confirmed it.</p>
      )}
      <Fault text={action.fault} />
    </Section>
  );
}
