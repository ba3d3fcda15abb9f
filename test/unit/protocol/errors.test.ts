/** Errors cross a line as data and come out as what they were (protocol.md §1). */
import { describe, expect, it } from 'vitest';
import {
  asPatchbayError,
  ErrorKind,
  fromWireError,
  PatchbayError,
  RpcCode,
  toWireError,
} from '../../../src/protocol/errors.ts';

describe('an error of ours', () => {
  it('comes out of the wire as it went in', () => {
    const error = new PatchbayError('rate_limit', 'Too many requests.', {
      service: 'provider-openai',
      component: 'openai',
      retryable: true,
      retryAfterMs: 1_500,
      remedy: 'Wait a little.',
      code: -32050,
    });
    const wire = JSON.parse(JSON.stringify(toWireError(error)));
    expect(fromWireError(wire, 'someone else')).toEqual(error);
  });

  it.each(ErrorKind.options)('of kind "%s" keeps its kind', (kind) => {
    const back = fromWireError(JSON.parse(JSON.stringify(toWireError(new PatchbayError(kind, 'x')))));
    expect(back).toMatchObject({ kind, message: 'x' });
  });

  it.each([
    ['crashed', RpcCode.crashed],
    ['timeout', RpcCode.timedOut],
    ['cancelled', RpcCode.cancelled],
    ['denied', RpcCode.denied],
    ['tool', RpcCode.internal],
  ] as const)('of kind "%s" has the code %i', (kind, code) => {
    expect(new PatchbayError(kind, 'x').code).toBe(code);
  });

  it('may be repeated when it is of the network or a limit of rate, unless it says otherwise', () => {
    expect(new PatchbayError('network', 'x').retryable).toBe(true);
    expect(new PatchbayError('rate_limit', 'x').retryable).toBe(true);
    expect(new PatchbayError('auth', 'x').retryable).toBe(false);
    expect(new PatchbayError('network', 'x', { retryable: false }).retryable).toBe(false);
  });
});

describe('an error of another peer', () => {
  it.each([
    [RpcCode.parse, 'protocol'],
    [RpcCode.invalidRequest, 'protocol'],
    [RpcCode.methodNotFound, 'protocol'],
    [RpcCode.invalidParams, 'config'],
    [RpcCode.internal, 'tool'],
    [RpcCode.crashed, 'crashed'],
    [RpcCode.timedOut, 'timeout'],
    [RpcCode.cancelled, 'cancelled'],
    [RpcCode.denied, 'denied'],
    [42, 'tool'],
  ] as const)('with only a code, %i, is of kind "%s"', (code, kind) => {
    expect(fromWireError({ code, message: 'x' }, 'far')).toMatchObject({ kind, code, service: 'far' });
  });

  it.each([
    ['text', 'traceback …'],
    ['nothing', null],
    ['a kind we do not know', { kind: 'cosmic', service: null }],
    ['fields of a wrong type', { kind: 'auth', retry_after_ms: 'soon' }],
  ])('with %s as its data is still an error that names the service', (_what, data) => {
    expect(fromWireError({ code: -32603, message: 'x', data }, 'far')).toMatchObject({
      message: 'x',
      service: 'far',
    });
  });

  it('names the service it says itself, before the one that answered', () => {
    const data = { service: 'farther', remedy: 'Look there.' };
    expect(fromWireError({ code: 1, message: 'x', data }, 'far')).toMatchObject({
      service: 'farther',
      remedy: 'Look there.',
    });
  });
});

describe('whatever was thrown', () => {
  it('becomes an internal error on the wire', () => {
    expect(toWireError(new TypeError('oops'))).toEqual({
      code: RpcCode.internal,
      message: 'oops',
      data: { kind: 'tool' },
    });
    expect(toWireError('just text')).toMatchObject({ code: RpcCode.internal, message: 'just text' });
  });

  it('is "cancelled" when it is an abort', () => {
    const abort = new DOMException('This operation was aborted', 'AbortError');
    expect(toWireError(abort)).toMatchObject({ data: { kind: 'cancelled' } });
    expect(asPatchbayError(abort, 'far')).toMatchObject({ kind: 'cancelled', service: 'far' });
  });

  it('is taken as it is when it is ours, else it names the service and keeps the cause', () => {
    const ours = new PatchbayError('auth', 'No key.');
    expect(asPatchbayError(ours, 'far')).toBe(ours);
    const cause = new RangeError('oops');
    expect(asPatchbayError(cause, 'far')).toMatchObject({ kind: 'tool', service: 'far', cause });
  });
});
