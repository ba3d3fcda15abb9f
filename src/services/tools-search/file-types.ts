/** Languages by the names models give them, where ripgrep's own name differs. */
const ALIASES: Readonly<Record<string, string>> = {
  tsx: 'ts',
  javascript: 'js',
  jsx: 'js',
  python: 'py',
  'c++': 'cpp',
  cxx: 'cpp',
  'c#': 'cs',
  golang: 'go',
  rs: 'rust',
  rb: 'ruby',
  kt: 'kotlin',
  shell: 'sh',
  bash: 'sh',
  yml: 'yaml',
  htm: 'html',
  'objective-c': 'objc',
  dockerfile: 'docker',
  makefile: 'make',
  terraform: 'tf',
};

/** ripgrep's name of a file type; a name that is not known here is taken as ripgrep's own. */
export function ripgrepType(name: string): string {
  const wanted = name.toLowerCase();
  return Object.hasOwn(ALIASES, wanted) ? ALIASES[wanted]! : wanted;
}
