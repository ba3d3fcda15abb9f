/** Serves the hook `redaction`. */
import { serve } from '../../sdk/index.ts';
import { createRedactionService } from './definition.ts';

serve(createRedactionService());
