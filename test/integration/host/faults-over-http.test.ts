/** Every fault of RT-30 in a service over HTTP. */
import { describeFaults } from './fault-suite.ts';

describeFaults('http');
