/** Serves the hook `approval`. */
import { serve } from '../../sdk/index.ts';
import { createApprovalService } from './definition.ts';

serve(createApprovalService());
