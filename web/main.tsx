/** Starts the app in the browser. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { session } from './data/app.ts';
import { forgetAll } from './data/conversations.ts';
import { App } from './app/app.tsx';
import { followViewport } from './app/viewport.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/list.css';
import './styles/conversation.css';
import './styles/prose.css';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root');

// What one person read must not be there when the next one signs in.
let lastUser: string | null = null;
session.subscribe(() => {
  const state = session.get();
  const user = state.status === 'in' ? state.user.id : null;
  if (lastUser !== null && user !== lastUser) forgetAll();
  lastUser = user;
});

void session.start();
followViewport();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
