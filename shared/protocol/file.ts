/** Files: uploads of the user, artifacts that a conversation made, and results too long for the transcript. */
import * as z from 'zod/mini';
import { Id, Instant } from './ids.ts';

/** What a message or a result says of a file; the bytes are at `/api/files/:id`. `size` in bytes. */
export const FileRef = z.object({ id: Id, name: z.string(), type: z.string(), size: z.number() });
export type FileRef = z.infer<typeof FileRef>;

export const File = z.object({
  ...FileRef.shape,
  kind: z.enum(['upload', 'artifact', 'result']),
  conversationId: z.nullable(Id),
  /** Its content came from outside, or was written after such content was read. */
  outside: z.boolean(),
  createdAt: Instant,
});
export type File = z.infer<typeof File>;
