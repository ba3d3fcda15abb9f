/** `npm run editor`: installs what the in-host and UI tests need, so that none of their time goes into it. */
import { ensureChromium } from './chromium.ts';
import { installEditor } from './install.ts';

const editor = await installEditor(console.log);
console.log(`code-server ${editor.version}: ${editor.entry}`);
console.log(`browser: ${ensureChromium(console.log)}`);
