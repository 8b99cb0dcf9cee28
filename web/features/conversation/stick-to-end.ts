/** Keeps the end of a growing page in sight, but only for those who are there: who reads further up is left in peace. */

/** This close to the end counts as being there (pixels). */
const NEAR = 8;
/** From this far the way back is worth a button. */
const FAR = 240;

export interface Place {
  /** The person sees the end. */
  atEnd: boolean;
  /** They are far from it. */
  far: boolean;
}

/**
 * Starts keeping the end of `page` in sight inside `box`, which scrolls. `onPlace` hears when the place changes.
 */
export function stickToEnd(box: HTMLElement, page: HTMLElement, onPlace: (place: Place) => void) {
  let stuck = true;
  let lastTop = 0;
  let place: Place = { atEnd: true, far: false };

  const look = () => {
    const distance = box.scrollHeight - box.scrollTop - box.clientHeight;
    if (distance < NEAR) stuck = true;
    // Only a move upwards is the person's wish; growing content moves the end away from everybody.
    else if (box.scrollTop < lastTop) stuck = false;
    lastTop = box.scrollTop;
    const next = { atEnd: stuck, far: !stuck && distance > FAR };
    if (next.atEnd === place.atEnd && next.far === place.far) return;
    place = next;
    onPlace(place);
  };
  const jump = () => {
    stuck = true;
    box.scrollTop = box.scrollHeight;
    look();
  };
  // Runs after layout and before painting, so that growth never shows as a jump.
  const watcher = new ResizeObserver(() => (stuck ? jump() : look()));
  watcher.observe(page);
  watcher.observe(box);
  box.addEventListener('scroll', look, { passive: true });
  jump();
  return {
    jump,
    stop() {
      watcher.disconnect();
      box.removeEventListener('scroll', look);
    },
  };
}
