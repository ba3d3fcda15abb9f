/**
 * Takes a command line apart into every simple command a shell would run for it: also those in subshells,
 * substitutions and pipelines. It reads, it does not expand; whatever it cannot be sure of makes the line
 * opaque, and an opaque line is never covered by a rule with wildcards.
 */

/** How words and quotes are read: sh and bash, or PowerShell (where `bash` runs that on Windows). */
export type ShellFlavour = 'posix' | 'powershell';

export interface SimpleCommand {
  /** Without quotes; what the shell would expand is left as it is written. */
  readonly words: readonly string[];
  /** Whether words[i] holds something the shell expands: its value is not known. */
  readonly expanded: readonly boolean[];
  /** Files that output is written to. */
  readonly writes: readonly string[];
  /** Files that input is read from. */
  readonly reads: readonly string[];
  /** Commands of one pipeline share a number. */
  readonly pipeline: number;
  /** How deep inside substitutions and subshells. */
  readonly depth: number;
}

export interface ShellLine {
  /** In the order they are written; those inside a substitution come before the command that uses them. */
  readonly commands: readonly SimpleCommand[];
  /** Why the line cannot be judged by its words; undefined when it can. */
  readonly opaque: string | undefined;
}

const MAX_DEPTH = 20;
/** Words that begin a construct of the shell's language where a command could stand. */
const KEYWORDS =
  /^(if|then|else|elif|fi|for|foreach|while|until|do|done|case|esac|select|function|coproc|switch|try|catch|filter|param|\[\[)$/;

export function parseShellLine(text: string, flavour: ShellFlavour): ShellLine {
  const parser = new Parser(text, flavour, 0);
  parser.list(undefined);
  return { commands: parser.commands, opaque: parser.opaque };
}

interface Draft {
  words: string[];
  expanded: boolean[];
  writes: string[];
  reads: string[];
}

interface Word {
  value: string;
  isExpanded: boolean;
  isQuoted: boolean;
}

class Parser {
  readonly commands: SimpleCommand[] = [];
  opaque: string | undefined;
  readonly #text: string;
  readonly #flavour: ShellFlavour;
  #depth: number;
  #at = 0;
  #pipelines = 0;

  constructor(text: string, flavour: ShellFlavour, depth: number) {
    this.#text = text;
    this.#flavour = flavour;
    this.#depth = depth;
    if (flavour === 'powershell' && /[“”‘’‚„‛–—―]|--%|@['"]|<#/.test(text)) this.#doubt('special quotes');
  }

  /** Reads commands up to the closing bracket, or to the end. */
  list(close: ')' | '}' | undefined): void {
    if (this.#depth > MAX_DEPTH) {
      this.#doubt('too deeply nested');
      this.#at = this.#text.length;
      return;
    }
    let draft = emptyDraft();
    let pipeline = this.#newPipeline();
    const finish = () => {
      this.#add(draft, pipeline);
      draft = emptyDraft();
    };
    for (;;) {
      this.#skipBlanks();
      const char = this.#peek();
      if (char === undefined) {
        if (close) this.#doubt('a bracket that is not closed');
        finish();
        return;
      }
      if (char === close && (char === ')' || draft.words.length === 0 || this.#isPowerShell)) {
        this.#at += 1;
        finish();
        return;
      }
      if (char === '#' && this.#isCommentStart()) this.#skipLine();
      else if (char === '|' && this.#peek(1) !== '|') {
        this.#at += this.#peek(1) === '&' ? 2 : 1;
        finish();
      } else if (char === '&' && this.#peek(1) === '>' && !this.#isPowerShell) this.#redirection(draft);
      else if (';&|\n'.includes(char) || (char === '\r' && this.#isPowerShell)) {
        this.#at += 1;
        finish();
        pipeline = this.#newPipeline();
      } else if (char === '(' || (char === '{' && this.#isGroup(draft))) {
        if (char === '(' && draft.words.length > 0 && !this.#isPowerShell)
          this.#doubt('a function or an array');
        this.#at += 1;
        this.#nested(char === '(' ? ')' : '}');
        if (this.#isPowerShell && draft.words.length > 0)
          push(draft, { value: '(…)', isExpanded: true, isQuoted: false });
      } else if (char === ')' || (char === '}' && (this.#isPowerShell || draft.words.length === 0))) {
        this.#doubt('a bracket that was not opened');
        this.#at += 1;
      } else if ('<>'.includes(char) && !this.#isProcessSubstitution()) this.#redirection(draft);
      else this.#commandWord(draft);
    }
  }

  get #isPowerShell(): boolean {
    return this.#flavour === 'powershell';
  }

  get #escape(): string {
    return this.#isPowerShell ? '`' : '\\';
  }

  #commandWord(draft: Draft): void {
    const word = this.#word();
    const next = this.#peek();
    const isStart = draft.words.length === 0;
    const isFileNumber = this.#isPowerShell ? /^[\d*]$/.test(word.value) : /^\d+$/.test(word.value);
    if (isFileNumber && !word.isQuoted && (next === '<' || next === '>')) return;
    if (isStart && !word.isQuoted && KEYWORDS.test(word.value)) {
      this.#doubt('a script');
      return;
    }
    if (word.value === '' && !word.isQuoted) return;
    push(draft, word);
  }

  #redirection(draft: Draft): void {
    const rest = this.#text.slice(this.#at, this.#at + 4);
    const operator = /^(<<<|<<-?|<>|<&|&>>?|>>|>\||>&|<|>)/.exec(rest)![0];
    this.#at += operator.length;
    if (operator.startsWith('<<')) this.#doubt('text given to a command as input');
    this.#skipBlanks();
    const target = this.#word();
    if (target.value === '' && !target.isQuoted) this.#doubt('a redirection to nowhere');
    // 2>&1 and the like: no file.
    if (operator.endsWith('&') && /^(\d+|-)$/.test(target.value)) return;
    if (target.isExpanded) this.#doubt('a file name that is made up when the command runs');
    if (operator.startsWith('<') && operator !== '<>') draft.reads.push(target.value);
    else draft.writes.push(target.value);
  }

  /** One word up to the next blank or operator. */
  #word(): Word {
    const word: Word = { value: '', isExpanded: false, isQuoted: false };
    for (let char = this.#peek(); char !== undefined; char = this.#peek()) {
      if (this.#isProcessSubstitution()) {
        this.#at += 2;
        this.#nested(')');
        word.value += `${char}(…)`;
        word.isExpanded = true;
        continue;
      }
      if (' \t\n;&|()<>'.includes(char) || (this.#isPowerShell && '\r{}'.includes(char))) break;
      this.#at += 1;
      if (char === this.#escape) this.#escaped(word);
      else if (char === "'") this.#singleQuoted(word);
      else if (char === '"') this.#doubleQuoted(word);
      else if (char === '$') this.#dollar(word);
      else if (char === '`') this.#backticks(word);
      else {
        // A pattern, or braces, stand for words that are not written here.
        if ('*?[{'.includes(char)) word.isExpanded = true;
        word.value += char;
      }
    }
    return word;
  }

  #escaped(word: Word): void {
    const char = this.#peek();
    this.#at += 1;
    if (char === undefined) this.#doubt('an unfinished line');
    else if (char !== '\n') word.value += char;
    word.isQuoted = true;
  }

  #singleQuoted(word: Word): void {
    const end = this.#text.indexOf("'", this.#at);
    if (end === -1) this.#doubt('a quote that is not closed');
    word.value += this.#text.slice(this.#at, end === -1 ? undefined : end);
    word.isQuoted = true;
    this.#at = end === -1 ? this.#text.length : end + 1;
  }

  #doubleQuoted(word: Word): void {
    word.isQuoted = true;
    for (let char = this.#peek(); char !== '"'; char = this.#peek()) {
      if (char === undefined) {
        this.#doubt('a quote that is not closed');
        return;
      }
      this.#at += 1;
      if (char === this.#escape) {
        const next = this.#peek();
        this.#at += 1;
        // Inside quotes a backslash stands for itself before most characters.
        if (next === undefined) this.#doubt('an unfinished line');
        else if (next !== '\n')
          word.value += this.#isPowerShell || '$`"\\'.includes(next) ? next : `\\${next}`;
      } else if (char === '$') this.#dollar(word);
      else if (char === '`') this.#backticks(word);
      else word.value += char;
    }
    this.#at += 1;
  }

  /** What follows a `$`: a substitution, a variable, or a quote of a special kind. */
  #dollar(word: Word): void {
    word.isExpanded = true;
    const next = this.#peek();
    if (next === '(') {
      if (this.#peek(1) === '(') this.#doubt('arithmetic');
      this.#at += 1;
      this.#nested(')');
      word.value += '$(…)';
    } else if (next === '{') {
      const end = this.#text.indexOf('}', this.#at);
      const inner = this.#text.slice(this.#at + 1, end === -1 ? undefined : end);
      if (!/^\w+$/.test(inner)) this.#doubt('a variable with a condition');
      word.value += `\${${inner}}`;
      this.#at = end === -1 ? this.#text.length : end + 1;
    } else if (next === "'") {
      // Escapes such as \x72 may spell anything.
      this.#doubt('a word written in escapes');
      word.value += '$';
    } else word.value += '$';
  }

  #backticks(word: Word): void {
    word.isExpanded = true;
    let inner = '';
    for (let char = this.#peek(); char !== '`'; char = this.#peek()) {
      if (char === undefined) {
        this.#doubt('a quote that is not closed');
        break;
      }
      this.#at += 1;
      if (char === '\\' && '`\\$'.includes(this.#peek() ?? ' ')) {
        inner += this.#peek();
        this.#at += 1;
      } else inner += char;
    }
    this.#at += 1;
    const parser = new Parser(inner, this.#flavour, this.#depth + 1);
    parser.#pipelines = this.#pipelines;
    parser.list(undefined);
    this.#pipelines = parser.#pipelines;
    this.commands.push(...parser.commands);
    if (parser.opaque) this.#doubt(parser.opaque);
    word.value += '$(…)';
  }

  #nested(close: ')' | '}'): void {
    this.#depth += 1;
    this.list(close);
    this.#depth -= 1;
  }

  #add(draft: Draft, pipeline: number): void {
    if (draft.words.length + draft.writes.length + draft.reads.length === 0) return;
    if (draft.expanded[0]) this.#doubt('a program whose name is made up when the command runs');
    this.commands.push({ ...draft, pipeline, depth: this.#depth });
  }

  /** `<(…)` and `>(…)` are words, or parts of one: `2>&1<(a)b` writes to a file. */
  #isProcessSubstitution(): boolean {
    return !this.#isPowerShell && '<>'.includes(this.#peek() ?? ' ') && this.#peek(1) === '(';
  }

  /** `{` groups commands only as a word of its own; inside a word it is text. PowerShell has script blocks. */
  #isGroup(draft: Draft): boolean {
    if (this.#isPowerShell) return true;
    return draft.words.length === 0 && /^[\s(]$/.test(this.#peek(1) ?? ' ');
  }

  /** Behind a closing bracket it may go on a word: then what follows is read, not skipped. */
  #isCommentStart(): boolean {
    const before = this.#text[this.#at - 1];
    if (before === ')') this.#doubt('a comment right behind a bracket');
    return before === undefined || ' \t\n;&|('.includes(before);
  }

  #skipLine(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end === -1 ? this.#text.length : end;
  }

  #skipBlanks(): void {
    for (;;) {
      const char = this.#peek();
      if (char === ' ' || char === '\t') this.#at += 1;
      else if (char === this.#escape && this.#peek(1) === '\n') this.#at += 2;
      else return;
    }
  }

  #newPipeline(): number {
    this.#pipelines += 1;
    return this.#pipelines;
  }

  #doubt(why: string): void {
    this.opaque ??= why;
  }

  #peek(ahead = 0): string | undefined {
    return this.#text[this.#at + ahead];
  }
}

function emptyDraft(): Draft {
  return { words: [], expanded: [], writes: [], reads: [] };
}

function push(draft: Draft, word: Word): void {
  draft.words.push(word.value);
  draft.expanded.push(word.isExpanded);
}
