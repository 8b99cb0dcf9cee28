/**
 * Keeps the composer above the keyboard. Chromium shrinks the page by itself (`interactive-widget` in the document's
 * head); Safari only tells through `visualViewport`, and scrolls the page away under the keyboard.
 */

/** Keeps `--height` at the height that can be seen. */
export function followViewport(): void {
  const viewport = window.visualViewport;
  if (!viewport) return;
  const fit = () => {
    // Zooming in with two fingers changes the viewport as well, and must not squeeze the page.
    if (viewport.scale > 1.01) return;
    document.documentElement.style.setProperty('--height', `${Math.round(viewport.height)}px`);
    if (viewport.offsetTop > 0) window.scrollTo(0, 0);
  };
  viewport.addEventListener('resize', fit);
  fit();
}
