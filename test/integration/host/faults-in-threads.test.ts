/** Every fault of RT-30 in a service in a thread. */
import { describeFaults } from './fault-suite.ts';

describeFaults('thread');
