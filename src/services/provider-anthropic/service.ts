/** The service's entry: offers the provider `anthropic`. */
import { serve } from '../../sdk/index.ts';
import { anthropicService } from './definition.ts';

serve(anthropicService);
