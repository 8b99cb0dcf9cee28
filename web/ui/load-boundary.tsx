/**
 * Catches what breaks below it, so that a part that cannot be loaded or drawn does not take the page with it. After a
 * new version was put up, the parts of the old one are gone: a reload gets the new one, and drafts survive it.
 */
import { Component, type ReactNode } from 'react';

export class LoadBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <div className="notice" role="alert">
        <p>This part could not be loaded. What you wrote is kept.</p>
        <button type="button" onClick={() => location.reload()}>
          Reload
        </button>
      </div>
    );
  }
}
