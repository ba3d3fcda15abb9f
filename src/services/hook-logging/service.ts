/** Serves the hook `logging`. */
import { serve } from '../../sdk/index.ts';
import { createLoggingService } from './definition.ts';

serve(createLoggingService());
