/** The vitest projects: what each level of tests runs with. `npm test` (scripts/test.ts) runs them one by one. */
import { defineConfig } from 'vitest/config';

const seconds = 1_000;

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  // As in the webview's bundle (esbuild.mjs).
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: {
    alias: [
      { find: /^react(-dom)?$/, replacement: 'preact/compat' },
      { find: 'react/jsx-runtime', replacement: 'preact/jsx-runtime' },
    ],
  },
  test: {
    // Two cores are what a small machine has; more workers only disturb what measures time.
    maxWorkers: 2,
    server: { deps: { inline: ['virtua'] } },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], testTimeout: 5 * seconds },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: 'test/integration/build-once.ts',
          pool: 'forks',
          expect: { poll: { timeout: 10 * seconds } },
          testTimeout: 30 * seconds,
          hookTimeout: 30 * seconds,
        },
      },
      {
        extends: true,
        test: {
          name: 'ui',
          include: ['test/e2e/ui/**/*.test.ts'],
          globalSetup: 'test/e2e/ui/open-editor-once.ts',
          pool: 'forks',
          // One editor and one browser, with its cache, serve them all: one process, one file after another.
          fileParallelism: false,
          isolate: false,
          expect: { poll: { timeout: 15 * seconds } },
          testTimeout: 90 * seconds,
          hookTimeout: 120 * seconds,
        },
      },
    ],
  },
});
