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

const Toaster = later(
  () => import('#web/ui/toaster.tsx'),
  (module) => module.Toaster,
);
const Door = later(
  () => import('#web/features/auth/door.tsx'),
  (module) => module.Door,
);
const FlowPage = later(
  () => import('#web/features/auth/flow-page.tsx'),
  (module) => module.FlowPage,
);
const Unreachable = later(
  () => import('#web/features/auth/door.tsx'),
  (module) => module.Unreachable,
);

/** Pages that are the same whoever is signed in, and even before that is known. */
const FLOWS: ReadonlySet<string> = new Set(['forgot', 'reset', 'verify', 'goodbye']);

function Content() {
  const state = useStore(session);
  const page = usePage();
  if (FLOWS.has(page.name)) return <FlowPage page={page} />;
  switch (state.status) {
    case 'starting':
      return <div className="skeleton" role="status" aria-label="Starting" />;
    case 'unreachable':
      return <Unreachable />;
    case 'out':
      return <Door ended={state.ended} />;
    case 'in':
      if (page.name === 'sign-in' || page.name === 'sign-up') return <Door ended={false} signedIn />;
      return <Shell key={state.user.id} user={state.user} />;
    default:
      return state satisfies never;
  }
}

export function App() {
  const message = useStore(toasts);
  return (
    <>
      <LoadBoundary>
        <Suspense fallback={<div className="skeleton" role="status" aria-label="Starting" />}>
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
