/** The link that leads to Google and back. Nothing where the server does not know Google. */
import { waysQuery } from '#web/data/security.ts';
import { useQuery } from '#web/data/use-query.ts';
import { rememberPlace } from './place.ts';

/** The address that leads to Google and back to `path`. */
const googleAddress = (path: string) => `/api/auth/google?returnTo=${encodeURIComponent(path)}`;

interface GoogleLinkProps {
  /** The path of this app to come back to. */
  returnTo: string;
  label: string;
  className?: string;
}

export function GoogleLink({ returnTo, label, className = '' }: GoogleLinkProps) {
  const { data: ways } = useQuery(waysQuery);
  if (ways?.google === 'off') return null;
  return (
    // While the answer is under way its place is kept, so that nothing moves under the pointer.
    <a
      className={`button ${className}`}
      href={googleAddress(returnTo)}
      data-pending={ways ? undefined : ''}
      onClick={() => rememberPlace(returnTo)}
    >
      <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
        <path
          d="M20.5 12.2c0-.6-.1-1.2-.2-1.7H12v3.3h4.8a4.1 4.1 0 0 1-1.8 2.7v2.2h2.8c1.7-1.5 2.7-3.8 2.7-6.5zM12 20.8c2.4 0 4.4-.8 5.8-2.1L15 16.5a5.3 5.3 0 0 1-7.9-2.8H4.2V16A8.8 8.8 0 0 0 12 20.8zM7.1 13.7a5.2 5.2 0 0 1 0-3.4V8H4.2a8.8 8.8 0 0 0 0 8zM12 6.7c1.3 0 2.5.5 3.4 1.3l2.5-2.5A8.8 8.8 0 0 0 4.2 8l2.9 2.3A5.2 5.2 0 0 1 12 6.7z"
          fill="currentColor"
        />
      </svg>
      {label}
      {ways?.google === 'stand-in' && ' (stand-in)'}
    </a>
  );
}
