/** `npm start`: the whole app on this machine, built and served as in production. */
import { runApp } from './run-app.ts';

await runApp('as it will run', {});
process.exit();
