/** Frontmatter is data: no other language is read, none is ever run (DL-3). */
import { afterEach, describe, expect, it } from 'vitest';
import { openAgentRoom } from '../../../builders/agent-file.ts';

describe('frontmatter in another language', () => {
  const marker = 'patchbayFrontmatterRan';
  const evil = `{ name: (globalThis.${marker} = true, process.exitCode = 99, 'evil') }`;
  afterEach(() => {
    Reflect.deleteProperty(globalThis, marker);
  });

  it.each([
    'js',
    'javascript',
    'JS',
    ' js',
    'JavaScript',
    'coffee',
    'coffeescript',
    'cson',
    'json',
    'toml',
    'eval',
    'hasOwnProperty',
    'toString',
    'constructor',
    '__proto__',
  ])('("---%s") is refused and not run', async (language) => {
    const exitCode = process.exitCode;
    const { agent, diagnostics } = await openAgentRoom().read(`---${language}\n${evil}\n---\nHi`);
    expect(globalThis).not.toHaveProperty(marker);
    expect(process.exitCode).toBe(exitCode);
    expect(agent).toBeUndefined();
    expect(diagnostics).toMatchObject([
      {
        line: 1,
        message: `Frontmatter in "${language.trim()}" is not read.`,
        remedy: expect.stringContaining('YAML'),
      },
    ]);
  });

  it('is not run when YAML carries it', async () => {
    await openAgentRoom().read(
      `---\nname: !!js/function 'function(){ globalThis.${marker} = true }'\n---\nHi`,
    );
    expect(globalThis).not.toHaveProperty(marker);
  });

  it.each(['yaml', 'yml', 'YAML', ' '])('that is YAML ("---%s") is read', async (language) => {
    expect(await openAgentRoom().agent(`---${language}\nname: a\n---\nHi`)).toMatchObject({ name: 'a' });
  });
});
