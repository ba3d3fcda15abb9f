/** How a row shows a timeline of its own (a branch): by the component that shows pages, which itself shows rows. */
import { type ComponentType, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Page } from './timeline.ts';

export type PagesComponent = ComponentType<{ readonly pages: readonly Page[] }>;

export const PagesContext = createContext<PagesComponent | undefined>(undefined);

/** @throws Error outside of a timeline. */
export function usePages(): PagesComponent {
  const pages = useContext(PagesContext);
  if (!pages) throw new Error('usePages is for rows of a timeline');
  return pages;
}
