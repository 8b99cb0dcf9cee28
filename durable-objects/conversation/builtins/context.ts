/** What a built-in tool is given of the world for one call. */
export interface BuiltinContext {
  env: Env;
  ownerId: string;
  conversationId: string;
  /** Names the call to whoever must not carry it out twice. */
  callId: string;
  /** The model has read content from outside in this conversation. */
  tainted: boolean;
  timezone: string;
  now(): number;
  signal: AbortSignal;
  newId(): string;
}

/** What files need of it. */
export type FileContext = Pick<
  BuiltinContext,
  'env' | 'ownerId' | 'conversationId' | 'callId' | 'now' | 'newId'
>;
