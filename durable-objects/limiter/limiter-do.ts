/** Counts attempts exactly, one object for each key. */
import { DurableObject } from 'cloudflare:workers';

export class LimiterDO extends DurableObject<Env> {}
