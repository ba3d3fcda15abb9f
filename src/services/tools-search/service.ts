/** Serves the search tools. */
import { serve } from '../../sdk/index.ts';
import { searchTools } from './definition.ts';

serve(searchTools);
