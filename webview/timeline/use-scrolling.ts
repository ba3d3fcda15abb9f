/**
 * What is seen while rows come and go: the end, as long as the person has not scrolled up; else the row at the
 * top keeps its place, whatever happens above it. The browser's own way of doing so does not work at the very
 * top, nor for pages of rows that come back, so it is switched off.
 */
import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ScrollPlace } from '../session/saved-state.ts';
import { placesOf, scrollToPlace } from './scroll-place.ts';

/** So near to the end counts as at the end. */
const END_PX = 24;

interface Scrolling {
  readonly isFollowing: Signal<boolean>;
  /** Undefined while the end is followed. */
  place(): ScrollPlace | undefined;
  toEnd(): void;
}

/** @param start where to begin; the end if it is not there */
export function useScrolling(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  start: ScrollPlace | undefined,
): Scrolling {
  const isFollowing = useSignal(start === undefined);
  // Of the first rows that are seen; none while the end is followed.
  const places = useRef<readonly ScrollPlace[]>(start ? [start] : []);
  const toEnd = () => {
    const element = scroller.current;
    isFollowing.value = true;
    if (element) element.scrollTop = element.scrollHeight;
  };

  useLayoutEffect(() => {
    const element = scroller.current!;
    const rows = content.current!;
    let lastTop = element.scrollTop;
    let lastHeight = rows.clientHeight;
    const onScroll = () => {
      const movedPx = element.scrollTop - lastTop;
      const leftPx = element.scrollHeight - element.scrollTop - element.clientHeight;
      lastTop = element.scrollTop;
      // When what is shown gets shorter the browser moves up too, but stays at the end.
      if (movedPx < 0 && leftPx > 2) isFollowing.value = false;
      else if (movedPx > 0 && leftPx < END_PX) isFollowing.value = true;
      if (isFollowing.peek()) places.current = [];
      else if (rows.clientHeight === lastHeight) places.current = placesOf(element);
      // Rows have come or gone and nothing was drawn yet: what was seen is only moved along.
      else places.current = places.current.map(({ key, offset }) => ({ key, offset: offset + movedPx }));
    };
    // A touchpad begins with steps too small to leave the end.
    const onWheel = (event: WheelEvent) => {
      if (event.deltaY < 0 && element.scrollTop > 0) isFollowing.value = false;
    };
    // Called after layout and before anything is drawn.
    const sizes = new ResizeObserver(() => {
      lastHeight = rows.clientHeight;
      if (isFollowing.peek()) element.scrollTop = element.scrollHeight;
      else {
        scrollToPlace(element, places.current);
        places.current = placesOf(element);
      }
      // This was not the person.
      lastTop = element.scrollTop;
    });
    element.addEventListener('scroll', onScroll, { passive: true });
    element.addEventListener('wheel', onWheel, { passive: true });
    sizes.observe(element);
    sizes.observe(rows);
    if (!scrollToPlace(element, places.current)) toEnd();
    return () => {
      element.removeEventListener('scroll', onScroll);
      element.removeEventListener('wheel', onWheel);
      sizes.disconnect();
    };
  }, []);

  return { isFollowing, toEnd, place: () => (isFollowing.peek() ? undefined : places.current[0]) };
}
