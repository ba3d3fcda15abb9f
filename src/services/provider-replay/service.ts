/** The service's entry: offers the provider `replay`. */
import { serve } from '../../sdk/index.ts';
import { replayService } from './definition.ts';

serve(replayService);
