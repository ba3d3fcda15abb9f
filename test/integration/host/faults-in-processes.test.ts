/** Every fault of RT-30 in a service in a process. */
import { describeFaults } from './fault-suite.ts';

describeFaults('process');
