/** Serves the context manager `simple`. */
import { serve } from '../../sdk/index.ts';
import { contextSimple } from './definition.ts';

serve(contextSimple);
