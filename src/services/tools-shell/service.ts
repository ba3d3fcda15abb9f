/** Serves the shell tool. It starts programs and so runs as a process of its own. */
import { serve } from '../../sdk/index.ts';
import { createShellTools } from './definition.ts';

serve(createShellTools());
