/** A change of the session's course: another agent, a resumption, a compacted context. */
import { dividerText } from '../row-text.ts';
import type { DividerRow } from '../rows.ts';
import './divider-row.css';

export function DividerContent({ row }: { readonly row: DividerRow }) {
  return <div class="divider dim">{dividerText(row.what)}</div>;
}
