/** Sends a file in parts. */
import { retry } from './retry.js';

const PART_BYTES = 64 * 1024;

/**
 * Sends every part of `file` in order; a part that fails is tried again.
 * @param {Uint8Array} file
 * @param {(part: Uint8Array, index: number) => Promise<void>} sendPart
 * @param {{ attempts?: number, firstPause?: number, partBytes?: number }} [options]
 * @returns {Promise<number>} how many parts were sent
 */
export async function upload(file, sendPart, { partBytes = PART_BYTES, ...options } = {}) {
  const parts = split(file, partBytes);
  for (const [index, part] of parts.entries()) {
    await retry(() => sendPart(part, index), options);
  }
  return parts.length;
}

/**
 * Cuts a file into parts of at most `partBytes` bytes.
 * @param {Uint8Array} file
 * @param {number} partBytes
 */
export function split(file, partBytes) {
  const parts = [];
  for (let start = 0; start < file.length; start += partBytes) {
    parts.push(file.subarray(start, start + partBytes));
  }
  return parts;
}
