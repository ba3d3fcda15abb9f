/** Serves the list of steps. */
import { serve } from '../../sdk/index.ts';
import { todoTools } from './definition.ts';

serve(todoTools);
