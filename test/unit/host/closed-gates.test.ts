/** What stands for a guard that could not be started (RT-42a). */
import { expect, it } from 'vitest';
import type { ServiceSpec } from '../../../src/definitions/service-spec.ts';
import { closedGates, withFailurePolicy } from '../../../src/host/closed-gates.ts';
import { Manifest } from '../../../src/protocol/manifest.ts';

const spec = (more: Partial<ServiceSpec> = {}): ServiceSpec =>
  ({
    name: 'guard',
    isolation: 'process',
    command: [],
    env: {},
    config: {},
    origin: 'x',
    ...more,
  }) as ServiceSpec;
const lastSeen = (...hooks: object[]) => Manifest.parse({ name: 'guard', hooks });
const hooksOf = (manifest: Manifest | undefined) => manifest?.capabilities.hooks;

it('a service that is not known to guard anything is left out', () => {
  expect(closedGates(spec(), undefined)).toBeUndefined();
  expect(closedGates(spec(), lastSeen({ name: 'log', event: 'tool:post' }))).toBeUndefined();
});

it('what its composition says it gates is closed', () => {
  expect(hooksOf(closedGates(spec({ gates: ['tool:pre'] }), undefined))).toMatchObject([
    { name: 'guard', events: ['tool:pre'] },
  ]);
});

it('the gates it had when it was last up are closed at their places, each once', () => {
  const before = lastSeen(
    { name: 'late', events: ['tool:pre', 'tool:post'], priority: 300 },
    { name: 'all', events: ['*'], priority: 5 },
    { name: 'strict', events: ['tool:post'], on_failure: 'deny' },
  );
  expect(hooksOf(closedGates(spec({ gates: ['tool:pre', 'session:start'] }), before))).toMatchObject([
    { name: 'late', events: ['tool:pre'], priority: 300 },
    { name: 'all', events: ['tool:pre', 'prompt:submit', 'provider:request'], priority: 5 },
    { name: 'strict', events: ['tool:post'], on_failure: 'deny' },
    { name: 'guard', events: ['session:start'] },
  ]);
});

it('what the composition says of a failure goes before what the service says', () => {
  const manifest = lastSeen(
    { name: 'a', event: 'tool:pre', on_failure: 'allow' },
    { name: 'b', event: 'tool:pre' },
  );
  const strict = spec({ onFailure: 'deny', gates: ['tool:pre'] });
  expect(hooksOf(withFailurePolicy(manifest, strict))).toMatchObject([
    { name: 'a', on_failure: 'deny' },
    { name: 'b', on_failure: 'deny' },
  ]);
  expect(hooksOf(closedGates(strict, undefined))).toMatchObject([{ on_failure: 'deny' }]);
  expect(withFailurePolicy(manifest, spec())).toBe(manifest);
});
