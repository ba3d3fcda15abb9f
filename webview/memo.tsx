/** A component that renders again only when a property is another value. */
import { Component, type ComponentClass, type VNode } from 'preact';

export function memo<P extends object>(render: (props: P) => VNode | null): ComponentClass<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const now = this.props as P;
      const names = Object.keys(next) as (keyof P)[];
      return names.length !== Object.keys(now).length || names.some((name) => next[name] !== now[name]);
    }
    override render() {
      // As an element, so that it may use hooks.
      const Inner = render;
      return <Inner {...(this.props as P)} />;
    }
  };
}
