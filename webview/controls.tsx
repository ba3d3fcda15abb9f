/**
 * The controls of the toolkit, behind components of ours: its upstream is frozen, so nothing else imports it.
 * Styles come as constructed style sheets, which a strict content security policy allows.
 */
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeTextArea } from '@vscode/webview-ui-toolkit';
import type { ComponentChildren, HTMLAttributes, RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import './controls.css';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeTextArea());

interface ToolkitButton extends HTMLElement {
  disabled: boolean;
}
interface ToolkitTextArea extends HTMLElement {
  value: string;
}

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': HTMLAttributes<ToolkitButton> & {
        appearance?: string;
        title?: string;
        disabled?: boolean;
      };
      'vscode-text-area': HTMLAttributes<ToolkitTextArea> & {
        value?: string;
        rows?: number;
        placeholder?: string;
      };
    }
  }
}

interface ButtonProps {
  readonly appearance?: 'primary' | 'secondary';
  readonly title?: string;
  readonly isDisabled?: boolean;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

/** A push button. The main one of a group is `primary`; there is at most one. */
export function Button({ appearance = 'secondary', title, isDisabled, onClick, children }: ButtonProps) {
  return (
    <vscode-button appearance={appearance} title={title} disabled={isDisabled === true} onClick={onClick}>
      {children}
    </vscode-button>
  );
}

interface TextAreaProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly placeholder?: string;
  readonly isCode?: boolean;
  readonly takesFocus?: boolean;
}

/** Several lines of text, as high as what is in it. The label is for screen readers. */
export function TextArea({ label, value, onInput, placeholder, isCode, takesFocus }: TextAreaProps) {
  const element = useRef<ToolkitTextArea>(null);
  useFocusOnMount(element, takesFocus === true);
  return (
    <vscode-text-area
      ref={element}
      class={isCode ? 'mono-area' : undefined}
      placeholder={placeholder}
      value={value}
      onInput={() => onInput(element.current?.value ?? '')}
    >
      {label}
    </vscode-text-area>
  );
}

function useFocusOnMount(element: RefObject<HTMLElement | null>, wanted: boolean): void {
  useLayoutEffect(() => {
    if (!wanted) return;
    // The element has its inner text area only after its own first rendering.
    const frame = requestAnimationFrame(() => element.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, [wanted]);
}
