/** The title of the browser's tab: how much waits for the person, the page, the app. */
import { useEffect } from 'react';

const APP = 'Agentic Tasks';

let page = '';
let waiting = 0;

const write = () => {
  document.title = (waiting > 0 ? `(${waiting}) ` : '') + (page ? `${page} · ${APP}` : APP);
};

/** Names the page while the component is mounted. */
export function useTitle(title: string): void {
  useEffect(() => {
    page = title;
    write();
  }, [title]);
}

/** Says before every page's name how much waits, so that a tab in the background shows it. */
export function useTitleCount(count: number): void {
  useEffect(() => {
    waiting = count;
    write();
    return () => {
      waiting = 0;
      write();
    };
  }, [count]);
}
