/** An icon of the codicon font. It is for the eye only; what it says is said by a text beside it. */
interface IconProps {
  readonly name: string;
  readonly class?: string;
}

export function Icon({ name, class: more }: IconProps) {
  return <span class={`codicon codicon-${name}${more ? ` ${more}` : ''}`} aria-hidden="true" />;
}
