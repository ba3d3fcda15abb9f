/**
 * Who may import whom (docs/architecture.md). `npm run imports` holds it; test/integration/scripts/imports.test.ts
 * shows that each rule refuses what it is there to refuse.
 */

/** Each folder of src/ and the folders whose values and types it may use, besides itself. */
const mayImport = {
  protocol: [],
  sdk: ['protocol'],
  session: ['protocol'],
  definitions: ['protocol'],
  models: ['protocol'],
  services: ['sdk', 'protocol'],
  host: ['session', 'definitions', 'models', 'protocol'],
  'language-server': ['definitions', 'protocol'],
  headends: ['host', 'session', 'definitions', 'models', 'protocol'],
  cli: ['host', 'session', 'definitions', 'models', 'protocol'],
  extension: ['host', 'session', 'definitions', 'models', 'protocol'],
};

const folders = Object.entries(mayImport).map(([folder, allowed]) => ({
  name: `${folder}-imports`,
  comment: `src/${folder} may import ${allowed.length > 0 ? allowed.map((name) => `src/${name}`).join(', ') : 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^(src|webview|test|scripts)/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...folders,
    {
      name: 'known-folder',
      comment: 'A new folder of src/ needs a row in mayImport',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${Object.keys(mayImport).join('|')})/` },
      to: { path: '^(src|webview)/' },
    },
    {
      name: 'services-apart',
      comment: 'Services share nothing but the sdk',
      severity: 'error',
      from: { path: '^src/services/([^/]+)/' },
      to: { path: '^src/services/', pathNot: '^src/services/$1/' },
    },
    {
      name: 'webview-imports',
      comment: 'The webview may import types of src/protocol and nothing else of src/',
      severity: 'error',
      from: { path: '^webview/' },
      to: { path: '^(src|test|scripts)/', pathNot: '^src/protocol/' },
    },
    {
      name: 'webview-types-only',
      comment: 'Of src/protocol the webview imports types only (import type)',
      severity: 'error',
      from: { path: '^webview/' },
      to: { path: '^src/protocol/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-the-extension-knows-vscode',
      comment: 'Of what ships, only src/extension imports vscode',
      severity: 'error',
      from: { pathNot: '^(src/extension|test)/' },
      to: { path: '^(vscode|node_modules/@types/vscode/.*)$' },
    },
    {
      name: 'light-zod',
      comment: 'What the extension host and every service load imports zod/mini, not zod',
      severity: 'error',
      from: { path: '^(src/(protocol|host|sdk|session|extension)|webview)/' },
      to: { path: '^node_modules/zod/index' },
    },
    {
      name: 'no-circles',
      comment: 'Modules that import each other in a circle cannot be understood one at a time',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Type-only imports count too: a layer that needs another's types depends on it.
    tsPreCompilationDeps: true,
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
