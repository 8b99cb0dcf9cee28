/** Makes an icon component out of one path, so that every icon has the same grid, stroke and manners. */

/** `path` on a grid of 24 by 24; `weight` is the stroke's width there. The icon is decoration: labels say it in words. */
export const icon = (path: string, weight = 1.6) =>
  function Icon() {
    return (
      <svg
        className="icon"
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={weight}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        <path d={path} />
      </svg>
    );
  };
