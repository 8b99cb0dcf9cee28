/** The title of the browser's tab. */
import { useEffect } from 'react';

const APP = 'Agentic Tasks';

/** Names the page while the component is mounted. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · ${APP}` : APP;
  }, [title]);
}
