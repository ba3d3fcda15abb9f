/** Folders that hold what others made: never searched unless `include_ignored` is set. The reference's list. */
const IGNORED_FOLDERS = [
  'node_modules',
  '.venv',
  'venv',
  '.git',
  '__pycache__',
  '.mypy_cache',
  '.pytest_cache',
  '.tox',
  'dist',
  'build',
  '.next',
  '.nuxt',
  'target',
  'vendor',
  '.gradle',
  '.idea',
  '.vscode',
  'coverage',
  '.nyc_output',
];

/**
 * ripgrep's arguments for what both tools look at: hidden files too, `.gitignore` honoured also where there
 * is no repository, one order for every run (so that `offset` means the same each time).
 */
export function scopeArguments(includeIgnored: boolean): string[] {
  const scope = includeIgnored
    ? ['--no-ignore']
    : [
        '--no-require-git',
        '--no-ignore-global',
        ...IGNORED_FOLDERS.flatMap((name) => ['--glob', `!**/${name}/`]),
      ];
  return ['--no-config', '--hidden', '--path-separator', '/', ...scope];
}
