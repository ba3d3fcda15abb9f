/** The default orchestrator as a service. */
import { serve } from '../../sdk/index.ts';
import { loopService } from './definition.ts';

serve(loopService);
