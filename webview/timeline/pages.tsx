/** The pages of a timeline, oldest first. */
import { PageView } from './page-view.tsx';
import type { Page } from './timeline.ts';

/** A last page of so few rows does not fill what is seen. */
const FEW_ROWS = 20;
/** Streaming text needs a page to be in, even before the first row. */
const EMPTY: readonly Page[] = [{ id: 0, rows: [] }];

export function Pages({ pages }: { readonly pages: readonly Page[] }) {
  const shown = pages.length > 0 ? pages : EMPTY;
  return (
    <>
      {shown.map((page, index) => (
        <PageView
          key={page.id}
          page={page}
          isLast={index === shown.length - 1}
          startsNear={index === shown.length - 2 && shown.at(-1)!.rows.length < FEW_ROWS}
        />
      ))}
    </>
  );
}
