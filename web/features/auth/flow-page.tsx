/** The pages that a link in a mail leads to, and those around them: the same for whoever is signed in or not. */
import type { Page } from '#web/app/routes.ts';
import { ForgotPage } from './forgot-page.tsx';
import { GoodbyePage } from './goodbye-page.tsx';
import { ResetPage } from './reset-page.tsx';
import { VerifyPage } from './verify-page.tsx';

export const isFlow = ({ name }: Page): boolean =>
  name === 'forgot' || name === 'reset' || name === 'verify' || name === 'goodbye';

export function FlowPage({ page }: { page: Page }) {
  switch (page.name) {
    case 'forgot':
      return <ForgotPage />;
    case 'reset':
      return <ResetPage />;
    case 'verify':
      return <VerifyPage />;
    case 'goodbye':
      return <GoodbyePage key={page.id} id={page.id} />;
    default:
      return null;
  }
}
