/** Sessions as texts for elsewhere (DL-34). */
import { describe, expect, test } from 'vitest';
import type { EventBody } from '../../../src/protocol/events.ts';
import { emptyHead } from '../../../src/protocol/session-head.ts';
import { textOf } from '../../../src/session/export/export.ts';
import type { ExportedSession } from '../../../src/session/export/exported-session.ts';
import {
  message,
  stored,
  toolFinished,
  toolStarted,
  turnFinished,
  turnStarted,
} from '../../builders/session-events.ts';

const CHILD = '0000000000000000-1234567890abcdef_scout';
const EVIL = '<script>alert("x")</script><img src=http://evil.example/x onerror=1>';

function exported(bodies: readonly EventBody[], more: Partial<ExportedSession> = {}): ExportedSession {
  const head = { ...emptyHead('s1', '/project', 'root', 0), title: 'Look around' };
  return { head, extra: {}, events: stored(bodies), transcript: [], values: {}, children: [], ...more };
}

const child = exported(
  [turnStarted, { type: 'prompt', text: 'find it' }, message('It is here.'), turnFinished],
  {
    head: { ...emptyHead(CHILD, '/project', 'scout', 0), title: 'find it', parent_id: 's1' },
  },
);
const delegated: EventBody = {
  type: 'delegation.started',
  call_id: 'c1',
  child_agent: 'scout',
  child_session_id: CHILD,
  instruction: 'find it',
  depth: 1,
  resumed: false,
};
const family = exported(
  [
    turnStarted,
    { type: 'prompt', text: 'look\naround' },
    toolStarted('c1', { agent: 'scout' }),
    delegated,
    toolFinished('c1', 'the result'),
    message('Found.'),
    turnFinished,
  ],
  { children: [child] },
);

describe('an export as markdown', () => {
  test('is the conversation, with delegated work inside the call that began it', () => {
    const text = textOf(family, 'markdown');

    expect(text).toMatch(/^# Look around\n/);
    expect(text).toContain('> look\n> around');
    const places = ['> look', 'Tool bash', 'Delegated to scout', 'It is here.', 'the result', 'Found.'];
    const found = places.map((place) => text.indexOf(place));
    expect(found.every((at) => at > 0)).toBe(true);
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(text.split('<details>')).toHaveLength(text.split('</details>').length);
  });

  test('fences what holds fences itself', () => {
    const text = textOf(exported([toolFinished('c1', 'a\n````\nb')]), 'markdown');

    expect(text).toContain('`````\na\n````\nb\n`````');
  });

  test('shows work that goes on where it goes on, and whole once', () => {
    const again = exported([delegated, { ...delegated, call_id: 'c2', instruction: 'more', resumed: true }], {
      children: [child],
    });
    const text = textOf(again, 'markdown');

    expect(text.split('It is here.')).toHaveLength(2);
    expect(text).toContain('*scout goes on: more*');
  });
});

describe('an export as HTML', () => {
  test('is one page with branches that open, and nothing from elsewhere', () => {
    const text = textOf(family, 'html');

    expect(text).toMatch(/^<!doctype html>/);
    expect(text).toContain("default-src 'none'");
    expect(text).toContain('prefers-color-scheme: dark');
    expect(text).toMatch(
      /<details class="branch"><summary>Delegated to scout: find it<\/summary>[\s\S]*It is here\./,
    );
    expect(text).not.toMatch(/<(script|link|img|iframe)|https?:|@import|url\(/);
  });

  test('escapes every text, wherever it comes from', () => {
    const evil = exported(
      [
        { ...turnStarted, provider: EVIL, model: EVIL } as EventBody,
        { type: 'prompt', text: EVIL },
        message(EVIL),
        { type: 'thinking.message', message_id: 't', text: EVIL, duration_ms: 1 },
        { ...toolStarted('c1', { command: EVIL }), name: EVIL } as EventBody,
        { ...delegated, call_id: 'c1' } as EventBody,
        toolFinished('c1', EVIL),
        { type: 'notice', level: 'info', text: EVIL },
        { ...turnFinished, error: { kind: 'model', message: EVIL } } as EventBody,
      ],
      {
        head: { ...emptyHead(EVIL, EVIL, EVIL, 0), title: EVIL },
        children: [{ ...child, head: { ...child.head, agent: EVIL, title: EVIL } }],
      },
    );
    const text = textOf(evil, 'html');

    expect(text).toContain('&lt;script&gt;alert(&quot;x&quot;)');
    expect(text).not.toMatch(/<script|<img/);
  });
});

test('an export as JSON holds events, transcript, metadata and children', () => {
  const read = JSON.parse(textOf(family, 'json'));

  expect(read).toEqual(JSON.parse(JSON.stringify(family)));
  expect(read.children[0].head.session_id).toBe(CHILD);
});

test('large values are whole where they are known, and their beginning where not', () => {
  const reference = { $ref: 'a'.repeat(64), bytes: 9_000, preview: 'begins so' };
  const bodies = [toolFinished('c1', reference)];

  expect(textOf(exported(bodies, { values: { [reference.$ref]: 'all of it' } }), 'html')).toContain(
    'all of it',
  );
  expect(textOf(exported(bodies), 'html')).toContain('begins so… (9000 bytes, lost)');
});
