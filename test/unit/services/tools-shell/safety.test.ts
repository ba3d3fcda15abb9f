import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shellCommand } from '../../../../src/services/tools-shell/platform.ts';
import { commandRefusal, SafetyConfig } from '../../../../src/services/tools-shell/safety.ts';
import { simpleCommands } from '../../../../src/services/tools-shell/shell-words.ts';

const strict = SafetyConfig.parse({});
const refusalOf = (command: string, config: Partial<SafetyConfig> = {}) =>
  commandRefusal(command, SafetyConfig.parse(config));

describe('words of a command line', () => {
  test.each<[string, string[][]]>([
    ['a "b c" \'d e\' f\\ g', [['a', 'b c', 'd e', 'f g']]],
    ['a && b; c | d & e', [['a'], ['b'], ['c'], ['d'], ['e']]],
    ['a > out.txt 2>&1', [['a', '>', 'out.txt', '>', '1']]],
    ['(a; b) || { c; }', [['a'], ['b'], ['c']]],
    ['a $(b c) `d`', [['a'], ['b', 'c'], ['d']]],
    ['a # b; c\nd', [['a'], ['d']]],
    [`a "$HOME/x" \${Y} '$Z'`, [['a', '$HOME/x', `\${Y}`, '$Z']]],
    ['a "unfinished', [['a', 'unfinished']]],
    ['', []],
  ])('of %s', (line, words) => {
    expect(simpleCommands(line)).toEqual(words);
  });

  test('any text has some (property)', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '"', "'", '\\', '$', '(', '{', '}', '`', '\n', '>') }),
        (line) => {
          expect(
            simpleCommands(line)
              .flat()
              .every((word) => typeof word === 'string'),
          ).toBe(true);
        },
      ),
    );
  });
});

describe('what is refused outright (RT-50)', () => {
  test.each([
    'rm -rf /',
    'rm -fr /',
    'rm -r -f /',
    'rm --recursive --force /',
    'rm -rf --no-preserve-root /',
    'rm -rf /*',
    'rm -rf "/"',
    '/bin/rm -rf //',
    'rm -rf ~',
    'rm -rf ~/',
    'rm -rf "$HOME"/*',
    `rm -rf \${HOME}`,
    'cd x && rm -rf /',
    'true || (rm -rf /)',
    'FORCE=1 rm -rf /',
    'nohup rm -rf / &',
    'env A=b rm -rf /',
    'find . | xargs -n 1 rm -rf /',
    'bash -c "rm -rf /"',
    "sh -ec 'cd /; rm -rf /'",
    'eval "rm -rf /"',
    'echo $(rm -rf /)',
    'Remove-Item -Recurse -Force C:\\',
    'rd /s /q C:\\',
    'sudo ls',
    'su -',
    'dd if=/dev/zero of=disk',
    'dd if=image of=/dev/sda',
    'mkfs.ext4 /dev/sda1',
    'echo x > /dev/sda',
    'passwd root',
    'chmod 777 /',
    'chmod -R 777 /',
    'chown -R me /',
    ':(){ :|:& };:',
    'bomb() { bomb | bomb & }; bomb',
  ])('%s', (command) => {
    expect(commandRefusal(command, strict)).toMatch(/^Command denied for safety: .+ Hint: .+/);
  });

  test.each([
    'rm -rf build',
    'rm -rf /tmp/x',
    'rm -rf ./*',
    'rm -rf ~/project/dist',
    'rm /',
    'ls / ~',
    'echo "rm -rf /"',
    'git commit -m "sudo make me a sandwich"',
    'grep -r sudo .',
    'echo x > /dev/null 2> /dev/stderr',
    'chmod -R 755 .',
    'dd if=a of=b',
    'npm run format',
    'cat su',
    'f() { g | h & }',
  ])('but not %s', (command) => {
    expect(commandRefusal(command, strict)).toBeUndefined();
  });

  test('quotes do not hide it (property)', () => {
    const quoted = (word: string) => fc.constantFrom(word, `"${word}"`, `'${word}'`);
    const line = fc.tuple(quoted('rm'), quoted('-rf'), quoted('/'), fc.constantFrom(' ', '  ', '\t'));
    fc.assert(
      fc.property(line, ([name, flag, target, space]) => {
        expect(commandRefusal([name, flag, target].join(space), strict)).toBeDefined();
      }),
    );
  });

  test.each(['x', '/', '.', ' ', '(', '"', '$', '-r ', 'a=', '>', '1', 'f() { '])(
    'a long line of %j takes time in proportion to its length',
    (part) => {
      const shortest = (times: number) =>
        Math.min(
          ...[1, 2, 3].map(() => {
            const startedAt = performance.now();
            commandRefusal(`rm -rf /${part.repeat(times)}`, strict);
            return performance.now() - startedAt;
          }),
        );
      // Were every character compared with every other, 32 times the length would take a thousand times as long.
      expect(shortest(80_000)).toBeLessThan(250 * Math.max(shortest(2_500), 4));
    },
  );

  test('the profiles differ in how much and in whether there are exceptions', () => {
    const allowed = { allowed_commands: ['sudo apt-get'] };
    expect(refusalOf('sudo apt-get update', { ...allowed, safety_profile: 'strict' })).toBeDefined();
    expect(refusalOf('sudo apt-get update', { ...allowed, safety_profile: 'standard' })).toBeUndefined();
    expect(refusalOf('sudo rm x', { ...allowed, safety_profile: 'standard' })).toBeDefined();
    expect(refusalOf('sudo ls', { safety_profile: 'permissive' })).toBeUndefined();
    expect(refusalOf('rm -rf /', { safety_profile: 'permissive' })).toBeDefined();
    expect(refusalOf('rm -rf /', { safety_profile: 'unrestricted' })).toBeUndefined();
  });

  test('what the settings deny is denied in every profile', () => {
    const config: Partial<SafetyConfig> = { denied_commands: ['git push'], safety_profile: 'unrestricted' };
    expect(refusalOf('git pull && git push --force', config)).toMatch(/`git push` is denied by the settings/);
    expect(refusalOf('git status', config)).toBeUndefined();
  });
});

describe('the shell of each platform', () => {
  test('is bash where there is one, else sh', () => {
    const at = (exists: (file: string) => boolean) =>
      shellCommand('ls', { platform: 'linux', environment: { PATH: '/a:/b' }, exists });
    expect(at((file) => file === '/b/bash')).toEqual({ file: '/b/bash', args: ['-c', 'ls'] });
    expect(at(() => false)).toEqual({ file: '/bin/sh', args: ['-c', 'ls'] });
  });

  test('on Windows is PowerShell, the command encoded, else cmd.exe', () => {
    const at = (exists: boolean) =>
      shellCommand('echo "ü"', {
        platform: 'win32',
        environment: { SystemRoot: 'C:\\W' },
        exists: () => exists,
      });
    const { file, args } = at(true);
    expect(file).toBe('C:\\W\\System32\\WindowsPowerShell\\v1.0\\powershell.exe');
    expect(Buffer.from(args.at(-1)!, 'base64').toString('utf16le')).toMatch(/\necho "ü"$/);
    expect(at(false)).toEqual({
      file: 'C:\\W\\System32\\cmd.exe',
      args: ['/d', '/s', '/c', '"echo "ü""'],
      verbatim: true,
    });
  });
});
