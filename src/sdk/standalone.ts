/** The SDK as one file, `dist/sdk.js`, with what schemas are written in: for services outside of this repository. */
export * as z from 'zod/mini';
export * from './index.ts';
