/**
 * What a caller needs to know of one route at run time: method, path, who may call, what comes back. The rows stand in
 * `calls.ts` (what every page needs) and `account-calls.ts` (what settings and the way in need, loaded by need).
 */
import * as z from 'zod/mini';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** `public`: anybody; `cookie`: the refresh token; `user`: a bearer token; `ticket`: a bearer token or a one-time ticket. */
export type Access = 'public' | 'cookie' | 'user' | 'ticket';

export interface Call<Path extends string = string, Reply extends z.ZodMiniType = z.ZodMiniType> {
  method: Method;
  path: Path;
  access: Access;
  status: number;
  reply?: Reply;
}

/** Makes a row; for signed-in users and 200 unless said otherwise. */
export const call = <const Path extends string, Reply extends z.ZodMiniType = z.ZodMiniType<undefined>>(
  method: Method,
  path: Path,
  more: { access?: Access; status?: number; reply?: Reply } = {},
): Call<Path, Reply> => ({ access: 'user', status: 200, ...more, method, path });

/** A page of a list, as every list answers. */
export const page = <Item extends z.ZodMiniType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.nullable(z.string()) });
