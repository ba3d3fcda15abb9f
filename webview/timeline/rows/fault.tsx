/** Something that a person should know of: a line at its side in the colour of how bad it is. */
import type { ComponentChildren } from 'preact';
import './fault.css';

interface FaultProps {
  readonly level: 'info' | 'warning' | 'error';
  readonly children: ComponentChildren;
}

export function Fault({ level, children }: FaultProps) {
  return <div class={`fault ${level}`}>{children}</div>;
}
