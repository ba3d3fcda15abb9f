/** A part that scrolls by itself: reachable by keyboard and with a name, but no landmark of the page. */
import type { ComponentChildren } from 'preact';

interface ScrollableProps {
  readonly label: string;
  readonly class: string;
  readonly children: ComponentChildren;
}

export function Scrollable({ label, class: name, children }: ScrollableProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keyboard
    <div role="group" class={name} aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
