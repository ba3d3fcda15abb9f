/** Serves the file tools. */
import { serve } from '../../sdk/index.ts';
import { createFileTools } from './definition.ts';

serve(createFileTools());
