/** `npm run dev`: the whole app on this machine, reloading what you edit. */
import { runApp } from './run-app.ts';

await runApp('with hot reload', { hotReload: true });
process.exit();
