/** The settings of both search tools. */
import * as z from 'zod/mini';
import { PathConfig } from '../../sdk/paths.ts';

export const SearchConfig = z.extend(PathConfig, {
  rg_path: z
    .optional(z.string())
    .check(z.describe('The ripgrep program; the one shipped with us when left out.')),
  timeout_s: z
    ._default(z.number().check(z.gt(0)), 60)
    .check(z.describe('Seconds after which a search is stopped.')),
});
export type SearchConfig = z.infer<typeof SearchConfig>;

/** Longer than a search may take, so that the host does not end the service before the search ends itself. */
export const TOOL_TIMEOUT_MS = 120_000;
