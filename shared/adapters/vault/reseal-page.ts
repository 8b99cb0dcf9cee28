/** What the app answers to `npm run vault:rotate`, page by page of accounts. */
import * as z from 'zod/mini';

export const ResealPage = z.object({
  /** Secrets that are now sealed with the newest key. */
  resealed: z.number(),
  /** Secrets that are not, because they could not be opened. */
  left: z.number(),
  /** Users whose object could not be asked. */
  failed: z.number(),
  /** Where the next page begins; null after the last. */
  nextCursor: z.nullable(z.string()),
});

export type ResealPage = z.infer<typeof ResealPage>;
