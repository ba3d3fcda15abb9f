/** Serves the tools that give work to other agents. */
import { serve } from '../../sdk/index.ts';
import { delegationTools } from './definition.ts';

serve(delegationTools);
