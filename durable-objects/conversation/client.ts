/** The only door to a conversation's object. */

/** The stub of a conversation. Whether it exists and whose it is, the object itself says. */
export const conversation = (env: Pick<Env, 'CONVERSATION'>, id: string) => env.CONVERSATION.getByName(id);
