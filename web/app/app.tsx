/** Decides what there is to see: the way in, the app, or that nobody could be asked yet. */
import { Suspense } from 'react';
import { session } from '#web/data/app.ts';
import { Announcer } from '#web/ui/announcer.tsx';
import { later } from '#web/ui/later.ts';
import { LoadBoundary } from '#web/ui/load-boundary.tsx';
import { useStore } from '#web/ui/store.ts';
import { toasts } from '#web/ui/toast.ts';
import { usePage } from './routes.ts';
import { Shell } from './shell.tsx';

const starting = <div className="skeleton" role="status" aria-label="Starting" />;
const Toaster = later(
  () => import('#web/ui/toaster.tsx'),
  (module) => module.Toaster,
);
const Door = later(
  () => import('#web/features/auth/door.tsx'),
  (module) => module.Door,
);

/** Pages outside of the frame, also for whoever is signed in. */
const OUTSIDE = /^(?:sign-|forgot|reset|verify|goodbye)/;

function Content() {
  const state = useStore(session);
  const inside = !OUTSIDE.test(usePage().name);
  if (inside && state.status === 'in') return <Shell key={state.user.id} user={state.user} />;
  if (inside && state.status === 'starting') return starting;
  return <Door state={state} />;
}

export function App() {
  const message = useStore(toasts);
  return (
    <>
      <LoadBoundary>
        <Suspense fallback={starting}>
          <Content />
        </Suspense>
      </LoadBoundary>
      {message && (
        <LoadBoundary>
          <Suspense fallback={null}>
            <Toaster message={message} />
          </Suspense>
        </LoadBoundary>
      )}
      <Announcer />
    </>
  );
}
