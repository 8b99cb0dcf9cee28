/** A webhook that Claude proposes: from where, what it starts, with which deliveries, how often, and what is left to do. */
import { maxRunsPerHour } from '#shared/core/webhooks/pace.ts';
import type { Approval } from '#shared/protocol/question.ts';
import { WebhookFilter, WebhookScheme, WhileBusy } from '#shared/protocol/webhook.ts';
import { conditionWords } from '#web/features/work/conditions.tsx';
import { busyWords, isTheirSecret, schemeWords } from '#web/features/work/work-words.ts';

const next = (scheme: WebhookScheme): string =>
  scheme === 'url'
    ? 'After your yes its address is shown once, under Webhooks: copy it to whoever sends.'
    : isTheirSecret(scheme)
      ? `After your yes, copy its address into ${schemeWords[scheme].label} and enter the signing secret from there, under Webhooks.`
      : `After your yes, copy its address and its secret into ${schemeWords[scheme].label}: the secret is shown once, under Webhooks.`;

export function HookProposal({ input }: { input: Approval['input'] }) {
  const scheme = WebhookScheme.safeParse(input['scheme']).data ?? 'url';
  const busy = WhileBusy.safeParse(input['whileBusy']).data ?? 'merge';
  const filter = WebhookFilter.safeParse(input['filter'] ?? []).data ?? [];
  return (
    <div className="proposal">
      <b>{String(input['name'] ?? '')}</b>
      <p className="plain">{String(input['instruction'] ?? '')}</p>
      <dl className="facts">
        <div>
          <dt>Comes from</dt>
          <dd>{schemeWords[scheme].label}</dd>
        </div>
        <div>
          <dt>Only when</dt>
          <dd>
            {filter.length === 0 ? (
              'Every delivery'
            ) : (
              <ul>
                {filter.map((condition) => (
                  <li key={JSON.stringify(condition)}>{conditionWords(condition)}</li>
                ))}
              </ul>
            )}
          </dd>
        </div>
        <div>
          <dt>While Claude is at work</dt>
          <dd>{busyWords[busy]}</dd>
        </div>
        <div>
          <dt>At most</dt>
          <dd>
            {maxRunsPerHour} runs an hour, further apart the more of them are used; what comes meanwhile
            shares one
          </dd>
        </div>
      </dl>
      <p className="muted small">
        What arrives is read as text from outside, never as your words. {next(scheme)}
      </p>
    </div>
  );
}
