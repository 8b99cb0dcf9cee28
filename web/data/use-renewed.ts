/** Keeps what is on screen current: asked for again whenever what it depends on has another version. */
import type { FetchQueryOptions } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { renew } from './security.ts';

/** @param version undefined until it is known; the first one was read with the data */
export function useRenewed<Data>(query: FetchQueryOptions<Data>, version: unknown): void {
  const latest = useRef({ query, version });
  useEffect(() => {
    const { version: known } = latest.current;
    latest.current = { query, version };
    if (known === version || known === undefined) return;
    void renew(query);
  });
}
