/** Names for tests that decide without a store: ids that can be told apart at a glance, and a model. */

/** A well-formed id with this number at its end. */
export const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const model = { name: 'claude-sonnet-5-5', demo: false };
