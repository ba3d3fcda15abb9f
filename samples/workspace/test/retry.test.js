import assert from 'node:assert/strict';
import test from 'node:test';
import { retry } from '../src/retry.js';

const quickly = { firstPause: 1 };

test('gives the result of the first attempt when it succeeds', async () => {
  assert.equal(await retry(async () => 'sent', quickly), 'sent');
});

test('tries again after a failure', async () => {
  const action = failing(1);
  assert.equal(await retry(action, quickly), 'sent');
});

test('makes as many attempts as it was told', async () => {
  const action = failing(2);
  assert.equal(await retry(action, { ...quickly, attempts: 3 }), 'sent');
});

test('throws the last error when every attempt failed', async () => {
  const action = failing(5);
  await assert.rejects(retry(action, { ...quickly, attempts: 3 }), /line dropped, attempt 3/);
});

/** An action that fails this many times and then succeeds. */
function failing(times) {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls <= times) throw new Error(`line dropped, attempt ${calls}`);
    return 'sent';
  };
}
