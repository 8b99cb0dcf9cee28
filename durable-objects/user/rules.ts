/** Standing rules and the exact count of their uses, by day in the user's own time zone. */
import type { KitRule } from '#shared/core/tools/kit.ts';
import { maxRules } from '#shared/core/tools/rules.ts';
import type { StandingRule } from '#shared/protocol/connection.ts';
import type { Device, NewRule } from './client.ts';
import { RuleStore, type StoredRule } from './rule-store.ts';
import type { World } from './world.ts';

const iso = (time: number): string => new Date(time).toISOString();

/** The day in a time zone, as 2026-11-24. */
const dayIn = (now: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    new Date(now),
  );

export class Rules {
  readonly store: RuleStore;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    this.store = new RuleStore(world.ctx.storage.sql);
  }

  list(): StandingRule[] {
    return this.#live().map((rule) => ({
      ...rule,
      until: iso(rule.until),
      createdAt: iso(rule.createdAt),
    }));
  }

  /** As the policy needs them. */
  kit(): KitRule[] {
    return this.#live().map(({ id, toolKey, matches, until, tainted, perDay, usedToday }) => ({
      id,
      toolKey,
      matches,
      until,
      tainted,
      left: Math.max(0, perDay - usedToday),
    }));
  }

  /** Known already by its id, nothing changes: one that was ended since stays ended. */
  add(rule: NewRule): { ok: true } | { ok: false; code: 'limit_reached' } {
    const { now, commit, record } = this.#world;
    return commit(() => {
      this.store.prune(now());
      if (this.store.isKnown(rule.id)) return { ok: true };
      if (this.#live().length >= maxRules) return { ok: false, code: 'limit_reached' };
      const { id, toolKey, title, matches, perDay, tainted } = rule;
      const times = { until: Date.parse(rule.until), createdAt: now() };
      this.store.add({ id, toolKey, title, matches, perDay, tainted, ...times });
      record({ action: 'rule_granted', detail: title });
      return { ok: true };
    });
  }

  /** Uses a rule once for a call. The same call again gets the same answer and uses nothing more. */
  spend(ruleId: string, callId: string): boolean {
    return this.#world.commit(() => {
      const before = this.store.askedBy(callId);
      if (before !== null) return before.used && before.ruleId === ruleId;
      const rule = this.#live().find(({ id }) => id === ruleId);
      if (rule === undefined) return false;
      const isLeft = rule.usedToday < rule.perDay;
      // A no is kept as well: asked again on another day, the call would hear something else.
      if (isLeft) this.store.use(ruleId, callId, this.#today());
      else this.store.refuse(ruleId, callId);
      return isLeft;
    });
  }

  /** At once: the next call finds it ended. */
  remove(id: string, device: Device | null): boolean {
    const { now, commit, record } = this.#world;
    return commit(() => {
      const title = this.store.end(id, now());
      if (title === null) return false;
      record({ action: 'rule_ended', detail: title, device });
      return true;
    });
  }

  #today(): string {
    return dayIn(this.#world.now(), this.#world.user()?.timezone ?? 'UTC');
  }

  #live(): StoredRule[] {
    return this.store.live(this.#world.now(), this.#today());
  }
}
