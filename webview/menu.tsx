/** A button that opens a menu. The menu is in the browser's top layer, so nothing cuts it off. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import './menu.css';

export interface MenuItem {
  readonly label: string;
  readonly icon: string;
  readonly run: () => void;
}

interface MenuButtonProps {
  readonly label: string;
  readonly icon: string;
  readonly items: readonly MenuItem[];
  /** Facts shown below the items. */
  readonly details?: readonly (readonly [name: string, value: string])[];
}

export function MenuButton({ label, icon, items, details = [] }: MenuButtonProps) {
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        class={`icon-button codicon codicon-${icon}`}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(true)}
      />
      {isOpen && (
        <Menu
          label={label}
          items={items}
          details={details}
          anchor={button.current!}
          onClose={() => setIsOpen(false)}
        />
      )}
    </>
  );
}

interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly details: readonly (readonly [string, string])[];
  readonly anchor: HTMLElement;
  readonly onClose: () => void;
}

function Menu({ label, items, details, anchor, onClose }: MenuProps) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const menu = element.current!;
    menu.showPopover();
    place(menu, anchor.getBoundingClientRect());
    itemsOf(menu)[0]?.focus();
  }, [anchor]);

  const choose = (item: MenuItem) => {
    element.current?.hidePopover();
    anchor.focus();
    item.run();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys move the focus between the items inside
    <div
      ref={element}
      class="menu"
      popover="auto"
      onToggle={(event) => {
        if ((event as unknown as ToggleEvent).newState === 'closed') onClose();
      }}
      onKeyDown={(event) => moveFocus(event, element.current!)}
    >
      <div role="menu" aria-label={label}>
        {items.map((item) => (
          <button
            key={item.label}
            type="button"
            role="menuitem"
            class="menu-item"
            tabIndex={-1}
            onClick={() => choose(item)}
          >
            <Icon name={item.icon} />
            {item.label}
          </button>
        ))}
      </div>
      {details.length > 0 && (
        <dl class="menu-details">
          {details.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

/** Below the button and inside the window. */
function place(menu: HTMLElement, anchor: DOMRect): void {
  const { width, height } = menu.getBoundingClientRect();
  const top = anchor.bottom + height > innerHeight ? anchor.top - height : anchor.bottom;
  const left = anchor.left + width > innerWidth ? anchor.right - width : anchor.left;
  menu.style.top = `${Math.max(2, top)}px`;
  menu.style.left = `${Math.max(2, left)}px`;
}

function moveFocus(event: KeyboardEvent, menu: HTMLElement): void {
  const items = itemsOf(menu);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === 'Tab') menu.hidePopover();
  if (next === undefined) return;
  event.preventDefault();
  items.at(next % items.length)?.focus();
}

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')];
}
