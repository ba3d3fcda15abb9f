/**
 * Takes the place of @vscode/spdlog in the installed code-server: that package needs a compiler, and without it
 * no output channel shows anything and no log is kept. Same functions, plain synchronous appends, no rotation.
 */
const fs = require('node:fs');
const path = require('node:path');

const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'];

class Logger {
  #file;
  #level = levels.indexOf('info');
  #isRaw = false;

  constructor(_kind, _name, file) {
    this.#file = file;
  }

  #write(level, message) {
    if (levels.indexOf(level) < this.#level) return;
    const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
    fs.appendFileSync(this.#file, this.#isRaw ? message : `${time} [${level}] ${message}\n`);
  }

  trace = (message) => this.#write('trace', message);
  debug = (message) => this.#write('debug', message);
  info = (message) => this.#write('info', message);
  warn = (message) => this.#write('warning', message);
  error = (message) => this.#write('error', message);
  critical = (message) => this.#write('critical', message);

  getLevel() {
    return this.#level;
  }

  setLevel(level) {
    this.#level = level;
  }

  clearFormatters() {
    this.#isRaw = true;
  }

  // The pattern that VS Code sets is the one written above; there is nothing to flush or to let go of.
  setPattern() {
    this.#isRaw = false;
  }

  flush() {
    return undefined;
  }

  drop() {
    return undefined;
  }
}

async function createLogger(name, file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  return new Logger('rotating', name, file);
}

// One by one, so that `import()` finds them by name.
exports.version = 0;
exports.Logger = Logger;
exports.setLevel = () => undefined;
exports.setFlushOn = () => undefined;
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
