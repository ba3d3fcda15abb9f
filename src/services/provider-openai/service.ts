/** The service's entry: offers the provider `openai`. */
import { serve } from '../../sdk/index.ts';
import { openaiService } from './definition.ts';

serve(openaiService);
