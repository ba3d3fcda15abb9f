/** Which pages are near what is seen of the timeline. */
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** How far above and below what is seen rows are kept. */
const MARGIN_PX = 1500;

type Listener = (isNear: boolean) => void;

interface Viewport {
  readonly observer: IntersectionObserver;
  readonly listeners: WeakMap<Element, Listener>;
}

const viewports = new WeakMap<Element, Viewport>();

/** Tells when the element comes near and goes far. The element has to be inside of `.timeline-scroller`. */
export function useNearness(element: RefObject<HTMLElement | null>, listener: Listener): void {
  useLayoutEffect(() => {
    const target = element.current;
    const scroller = target?.closest('.timeline-scroller');
    if (!target || !scroller) return;
    const { observer, listeners } = viewportOf(scroller);
    listeners.set(target, listener);
    observer.observe(target);
    return () => observer.unobserve(target);
  }, []);
}

function viewportOf(scroller: Element): Viewport {
  const known = viewports.get(scroller);
  if (known) return known;
  const listeners = new WeakMap<Element, Listener>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) listeners.get(target)?.(isIntersecting);
    },
    // An explicit root: in a frame of another origin, as webviews are, the margin of the window has no effect.
    { root: scroller, rootMargin: `${MARGIN_PX}px 0px` },
  );
  const viewport = { observer, listeners };
  viewports.set(scroller, viewport);
  return viewport;
}
