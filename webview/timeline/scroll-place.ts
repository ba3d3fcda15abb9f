/** What is at the top of what is seen: to keep it in its place, and to come back to it after a reload. */
import type { ScrollPlace } from '../session/saved-state.ts';

/** A row may become part of an older one when that is read: then the next is held on to. */
const MOST_PLACES = 3;

/** The first rows that are seen; where none is there, the first page, whose rows will come. */
export function placesOf(scroller: HTMLElement): ScrollPlace[] {
  const { top, bottom } = scroller.getBoundingClientRect();
  const rows = placesBetween(scroller.querySelectorAll('.row'), top, bottom);
  return rows.length > 0 ? rows : placesBetween(scroller.querySelectorAll('.page'), top, bottom);
}

/** Brings the first of the places that is there back to where it was; false when none is. */
export function scrollToPlace(scroller: HTMLElement, places: readonly ScrollPlace[]): boolean {
  for (const { key, offset } of places) {
    const element = scroller.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
    if (!element) continue;
    const top = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    const movedPx = top + offset;
    // Positions of scrolling are rounded: what is less than that is not a move.
    if (Math.abs(movedPx) >= 1) scroller.scrollTop += movedPx;
    return true;
  }
  return false;
}

function placesBetween(elements: NodeListOf<HTMLElement>, top: number, bottom: number): ScrollPlace[] {
  const places: ScrollPlace[] = [];
  for (const element of elements) {
    const box = element.getBoundingClientRect();
    if (box.top >= bottom || places.length === MOST_PLACES) return places;
    const { key } = element.dataset;
    if (box.bottom > top && key !== undefined) places.push({ key, offset: top - box.top });
  }
  return places;
}
