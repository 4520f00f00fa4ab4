/**
 * A prerendered page is not the tab's page, and may never be: the background hears of it when it is shown.
 *
 * @param then - called when the document is shown
 * @returns whether that has to be waited for
 */
export function waitsForActivation(then: () => void): boolean {
  if (!(document as { prerendering?: boolean }).prerendering) return false;
  document.addEventListener('prerenderingchange', then, { once: true });
  return true;
}
