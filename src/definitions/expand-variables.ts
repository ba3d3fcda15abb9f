/** `${VAR}` and `${VAR:default}` in settings and in the configuration of services (DL-15). Pure. */
import { isRecord } from '../protocol/reading.ts';
import type { Environment } from './environment.ts';

const VARIABLE = /\$\{([A-Za-z_]\w*)(?::([^}]*))?\}/g;

/** Every text in it; a key of a map whose text becomes empty is left out, as one that was not given. */
export function expandVariables<T>(value: T, environment: Environment): T {
  return expanded(value, environment) as T;
}

/** The names of the variables that are asked for in it. */
export function variablesIn(value: unknown): string[] {
  return [...(JSON.stringify(value) ?? '').matchAll(VARIABLE)].map(([, name]) => name!);
}

function expanded(value: unknown, environment: Environment): unknown {
  if (typeof value === 'string') {
    return value.replace(VARIABLE, (_whole, name: string, otherwise = '') => {
      const found = Object.hasOwn(environment, name) ? environment[name]! : '';
      return found === '' ? otherwise : found;
    });
  }
  if (Array.isArray(value)) return value.map((each) => expanded(each, environment));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, expanded(each, environment)] as const);
  return Object.fromEntries(entries.filter(([key, each]) => each !== '' || value[key] === ''));
}
