import assert from 'node:assert/strict';
import test from 'node:test';
import { split, upload } from '../src/upload.js';

const file = new Uint8Array([1, 2, 3, 4, 5]);
const options = { partBytes: 2, firstPause: 1 };

test('cuts a file into parts, the last one shorter', () => {
  assert.deepEqual(split(file, 2), [file.subarray(0, 2), file.subarray(2, 4), file.subarray(4)]);
});

test('sends the parts in order', async () => {
  const sent = [];
  const count = await upload(file, async (part, index) => void sent.push([index, ...part]), options);
  assert.equal(count, 3);
  assert.deepEqual(sent, [[0, 1, 2], [1, 3, 4], [2, 5]]);
});

test('survives a line that drops twice', async () => {
  let drops = 2;
  const sendPart = async () => {
    if (drops-- > 0) throw new Error('line dropped');
  };
  assert.equal(await upload(file, sendPart, { ...options, attempts: 3 }), 3);
});
