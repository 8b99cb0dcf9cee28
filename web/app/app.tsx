/** Decides what there is to see: the way in, the app, or that nobody could be asked yet. */
import { lazy, Suspense, useEffect } from 'react';
import { session } from '#web/data/app.ts';
import { Announcer } from '#web/ui/announcer.tsx';
import { LoadBoundary } from '#web/ui/load-boundary.tsx';
import { useStore } from '#web/ui/store.ts';
import { Toaster } from '#web/ui/toast.tsx';
import { go, usePage } from './routes.ts';
import { Shell } from './shell.tsx';

const Door = lazy(async () => ({ default: (await import('#web/features/auth/door.tsx')).Door }));
const Unreachable = lazy(async () => ({
  default: (await import('#web/features/auth/door.tsx')).Unreachable,
}));

function Content() {
  const state = useStore(session);
  const page = usePage();
  const leaveDoor = state.status === 'in' && (page.name === 'sign-in' || page.name === 'sign-up');
  useEffect(() => {
    if (leaveDoor) go('/', { replace: true });
  }, [leaveDoor]);

  switch (state.status) {
    case 'starting':
      return <div className="skeleton" role="status" aria-label="Starting" />;
    case 'unreachable':
      return <Unreachable />;
    case 'out':
      return <Door ended={state.ended} />;
    case 'in':
      return <Shell key={state.user.id} user={state.user} />;
    default:
      return state satisfies never;
  }
}

export function App() {
  return (
    <>
      <LoadBoundary>
        <Suspense fallback={<div className="skeleton" role="status" aria-label="Starting" />}>
          <Content />
        </Suspense>
      </LoadBoundary>
      <Toaster />
      <Announcer />
    </>
  );
}
