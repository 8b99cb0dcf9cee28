/** An address that leads nowhere. */
import { Link } from '#web/ui/link.tsx';
import { useTitle } from '#web/ui/use-title.ts';

export function NotFoundPage() {
  useTitle('Not found');
  return (
    <div className="notice">
      <h1 id="title" tabIndex={-1}>
        There is nothing at this address
      </h1>
      <p>The link may be old, or a part of it is missing.</p>
      <Link href="/" className="button">
        Go to your conversations
      </Link>
    </div>
  );
}
