/** What something cost, or that it is not known. */
import { formatCost } from './format.ts';
import { strings } from './strings.ts';

export function Cost({ usd }: { readonly usd: number | null }) {
  if (usd === null) return <span title={strings.header.costUnknownTitle}>{strings.header.costUnknown}</span>;
  return <span title={strings.header.costTitle}>{formatCost(usd)}</span>;
}
