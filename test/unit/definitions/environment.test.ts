/** What each service may see of the environment: what it needs, and nobody else's secrets (RT-8, design §2.6). */
import { describe, expect, it } from 'vitest';
import { builtInServices } from '../../../src/definitions/built-in-services.ts';
import {
  networkEnvironment,
  pickEnvironment,
  shellEnvironment,
} from '../../../src/definitions/environment.ts';

const ENVIRONMENT = {
  PATH: '/bin',
  HOME: '/home/me',
  LANG: 'de_DE.UTF-8',
  HTTPS_PROXY: 'http://proxy',
  EDITOR: 'vi',
  ANTHROPIC_API_KEY: 'key-of-anthropic',
  ANTHROPIC_BASE_URL: 'http://anthropic',
  OPENAI_API_KEY: 'key-of-openai',
  GITHUB_TOKEN: 'token-of-github',
  AWS_SECRET_ACCESS_KEY: 'secret-of-aws',
  DB_PASSWORD: 'password-of-db',
  MY_PRIVATE_KEY: 'private-key',
  GOOGLE_APPLICATION_CREDENTIALS: '/credentials.json',
  VSCODE_IPC_HOOK: '/hook',
  ELECTRON_RUN_AS_NODE: '1',
  NODE_OPTIONS: '--inspect',
};

describe('what is picked', () => {
  it('is what programs need, and what is named', () => {
    expect(pickEnvironment(ENVIRONMENT)).toEqual({ PATH: '/bin', HOME: '/home/me', LANG: 'de_DE.UTF-8' });
    expect(pickEnvironment(ENVIRONMENT, ['EDITOR', 'NOT_SET'])).toHaveProperty('EDITOR', 'vi');
    expect(pickEnvironment(ENVIRONMENT, ['NOT_SET'])).not.toHaveProperty('NOT_SET');
  });

  it('has the proxies for what talks to the network', () => {
    expect(networkEnvironment(ENVIRONMENT, ['OPENAI_API_KEY'])).toEqual({
      ...pickEnvironment(ENVIRONMENT),
      HTTPS_PROXY: 'http://proxy',
      NODE_USE_ENV_PROXY: '1',
      OPENAI_API_KEY: 'key-of-openai',
    });
  });

  it('is found however the platform writes it', () => {
    expect(pickEnvironment({ Path: 'C:\\bin', systemroot: 'C:\\Windows' })).toEqual({
      Path: 'C:\\bin',
      systemroot: 'C:\\Windows',
    });
  });

  it('cannot be changed, and the environment itself is left as it was', () => {
    const before = { ...ENVIRONMENT };
    const picked = pickEnvironment(ENVIRONMENT) as Record<string, string>;
    expect(() => {
      picked.PATH = '/evil';
    }).toThrow(TypeError);
    expect(ENVIRONMENT).toEqual(before);
  });
});

describe('a shell', () => {
  it('has the person’s variables, without secrets and without what steers an editor’s Node', () => {
    expect(Object.keys(shellEnvironment(ENVIRONMENT)).sort()).toEqual([
      'ANTHROPIC_BASE_URL',
      'EDITOR',
      'HOME',
      'HTTPS_PROXY',
      'LANG',
      'PATH',
    ]);
  });

  it('has a secret that the settings name, and no other', () => {
    const names = Object.keys(shellEnvironment(ENVIRONMENT, ['GITHUB_TOKEN', 'NODE_OPTIONS']));
    expect(names).toContain('GITHUB_TOKEN');
    expect(names).not.toContain('OPENAI_API_KEY');
    expect(names).not.toContain('NODE_OPTIONS');
  });
});

describe('the built-in services', () => {
  const services = builtInServices({
    servicesFolder: 'services',
    environment: ENVIRONMENT,
    settings: {},
    missing: [],
    home: 'home',
    cwd: 'project',
    agents: [],
    demoScript: 'demo.yaml',
    ripgrep: undefined,
    node: { command: ['node'], env: {} },
  });
  const whoSees = (name: string) => services.filter(({ env }) => name in env).map((spec) => spec.name);

  it('have a key only where it is used: no tool, no hook and no other provider sees it', () => {
    expect(whoSees('ANTHROPIC_API_KEY')).toEqual(['provider-anthropic']);
    expect(whoSees('OPENAI_API_KEY')).toEqual(['provider-openai']);
  });

  it.each(['GITHUB_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'DB_PASSWORD', 'MY_PRIVATE_KEY', 'NODE_OPTIONS'])(
    'none of them sees %s',
    (name) => {
      expect(whoSees(name)).toEqual([]);
    },
  );

  it('find programs and the person’s language', () => {
    expect(whoSees('PATH')).toHaveLength(services.length);
    expect(whoSees('LANG')).toHaveLength(services.length);
  });

  it('run what starts programs as a process of its own', () => {
    const processes = services.filter(({ isolation }) => isolation === 'process');
    expect(processes.map(({ name }) => name)).toEqual(['tools-shell']);
  });

  it('close the gate of tools when the guard of tools cannot be started (RT-42a)', () => {
    const guards = services.filter(({ gates }) => gates?.includes('tool:pre'));
    expect(guards.map(({ name }) => name)).toContain('hook-approval');
  });
});
