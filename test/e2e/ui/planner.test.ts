/**
 * The planner on the sample workspace: it gives work to three agents, two of them side by side, and one of those gives
 * some to a fourth. On screen and on disk, and when the editor dies in the middle (DL-20, DL-24, DL-30, RT-33).
 */
import fs from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { SessionEvent } from '../../../src/protocol/events.ts';
import { readMetadata } from '../../../src/session/metadata.ts';
import { SESSION_FILES } from '../../../src/session/session-folder.ts';
import { accessibilityViolations } from '../editor/accessibility.ts';
import { screenshot } from '../editor/artifacts.ts';
import { setTheme, type Theme } from '../editor/themes.ts';
import { openChat, setSidebarWidth } from '../editor/workbench.ts';
import { chatPage } from './chat-page.ts';
import { useEditor } from './use-editor.ts';

const PROMPT = 'Plan how uploads can report progress.';
const LOOKS: readonly Theme[] = ['dark', 'light', 'high-contrast'];
/** Five scripted agents, services and all. */
const TREE = { timeout: 80_000 };
const TEST = { timeout: 180_000 };

const editor = useEditor();

/** Without the pauses of someone who writes. */
function hurry(): Disposable {
  const folder = path.join(editor.workspace, '.amplifier');
  fs.mkdirSync(folder);
  fs.writeFileSync(
    path.join(folder, 'settings.yaml'),
    stringify({ providers: { replay: { instant: true } } }),
  );
  return { [Symbol.dispose]: () => fs.rmSync(folder, { recursive: true }) };
}

test('five agents are seen and counted, each with what it did', TEST, async () => {
  using _quick = hurry();
  const chat = chatPage(await openChat(editor.page));
  await setSidebarWidth(editor.page, 600);
  await chat.send(PROMPT);
  await chat.frame.getByText('The plan is ready.').first().waitFor(TREE);
  await chat.shows(/requests/);

  // What each of them took, and whose tools they called (AT-80, AT-85).
  await chat.frame
    .getByRole('button', { name: /requests/ })
    .last()
    .click();
  const figures = chat.frame.getByRole('group', { name: 'What the turn took' });
  for (const agent of ['build', 'planner', 'explorer', 'researcher', 'reviewer', 'security-auditor'])
    await figures.getByRole('rowheader', { name: agent, exact: true }).waitFor();
  await figures.getByRole('rowheader', { name: 'planner · tools-delegation' }).waitFor();
  await figures.scrollIntoViewIfNeeded();
  await screenshot(editor.page, 'planner figures');

  await opened(line('planner'));
  await opened(line('reviewer'));
  await opened(line('security-auditor'));
  await chat.shows(/Nothing is swallowed/);
  for (const theme of LOOKS) {
    await setTheme(editor.page, theme);
    for (const width of [300, 600]) {
      await setSidebarWidth(editor.page, width);
      await screenshot(editor.page, `planner tree ${theme} ${width}`);
    }
  }
  expect(await accessibilityViolations(chat.frame)).toEqual([]);

  const tree = stored();
  expect(tree.map(({ agent, parent }) => [agent, parent]).toSorted()).toEqual([
    ['build', undefined],
    ['explorer', 'planner'],
    ['planner', 'build'],
    ['researcher', 'planner'],
    ['reviewer', 'planner'],
    ['security-auditor', 'reviewer'],
  ]);
  for (const { turns, events } of tree) {
    expect(turns).toEqual(['completed']);
    const first = events[0]!.seq;
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => first + index));
  }
  const [explorer, reviewer] = ['explorer', 'reviewer'].map(
    (agent) => tree.find((each) => each.agent === agent)!,
  );
  // Side by side: each had begun before the other was done.
  expect(explorer!.began).toBeLessThan(reviewer!.ended);
  expect(reviewer!.began).toBeLessThan(explorer!.ended);

  function line(agent: string): Locator {
    return chat.frame.locator('.delegation > .disclosure-line', { hasText: agent }).first();
  }

  async function opened(of: Locator): Promise<void> {
    await of.waitFor();
    if ((await of.getAttribute('aria-expanded')) !== 'true') await of.click();
  }
});

test('an editor that is killed in the middle goes on with Resume, and repeats nobody', TEST, async () => {
  const before = new Set(stored().map(({ id }) => id));
  const fresh = () => stored().filter(({ id }) => !before.has(id));
  const named = (agent: string) => fresh().find((each) => each.agent === agent);
  let chat = chatPage(await openChat(editor.page));
  await chat.send('/new');
  await chat.send(PROMPT);
  // The first of them is done, the tree is not.
  await expect.poll(() => named('explorer')?.turns, TREE).toEqual(['completed']);
  process.kill(ownerOf(named('build')!.folder), 'SIGKILL');
  await editor.page.reload({ waitUntil: 'domcontentloaded' });

  chat = chatPage(await openChat(editor.page));
  const resume = chat.frame.getByRole('button', { name: /Resume/ }).last();
  await resume.waitFor(TREE);
  await screenshot(editor.page, 'planner tree interrupted');
  const done = fresh().filter(({ turns }) => turns.at(-1) === 'completed');
  expect(done.map(({ agent }) => agent)).toContain('explorer');
  await resume.click();
  await chat.frame.getByText('The plan is ready.').first().waitFor(TREE);
  await expect.poll(() => named('build')!.turns.at(-1)).toBe('completed');
  await screenshot(editor.page, 'planner tree resumed');

  expect(
    fresh()
      .map(({ agent }) => agent)
      .toSorted(),
  ).toEqual(['build', 'explorer', 'planner', 'researcher', 'reviewer', 'security-auditor']);
  for (const { agent, turns } of fresh()) {
    expect(turns.at(-1), agent).toBe('completed');
    if (done.some((each) => each.agent === agent)) expect(turns, agent).toEqual(['completed']);
  }
});

interface StoredSession {
  readonly id: string;
  readonly folder: string;
  readonly agent: string;
  /** The parent's agent. */
  readonly parent: string | undefined;
  readonly events: readonly SessionEvent[];
  /** How its turns ended. */
  readonly turns: readonly string[];
  /** Milliseconds since the epoch. */
  readonly began: number;
  readonly ended: number;
}

/** The sessions of the workspace as they are on disk. */
function stored(): StoredSession[] {
  const projects = path.join(editor.profile.amplifierHome, 'projects');
  if (!fs.existsSync(projects)) return [];
  const folders = fs.readdirSync(projects).flatMap((slug) => {
    const sessions = path.join(projects, slug, 'sessions');
    return fs.readdirSync(sessions).map((id) => path.join(sessions, id));
  });
  const found = folders.flatMap((folder) => {
    const file = path.join(folder, SESSION_FILES.metadata);
    const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
    const head = readMetadata(text, path.basename(folder))?.head;
    return head?.cwd === editor.workspace ? [{ folder, head }] : [];
  });
  return found.map(({ folder, head }) => {
    const events = eventsOf(folder);
    const parent = found.find((each) => each.head.session_id === head.parent_id);
    return {
      id: head.session_id,
      folder,
      agent: head.agent,
      parent: parent?.head.agent,
      events,
      turns: events.flatMap((event) => (event.type === 'turn.finished' ? [event.status] : [])),
      began: events.at(0)?.at ?? 0,
      ended: events.at(-1)?.at ?? 0,
    };
  });
}

function eventsOf(folder: string): SessionEvent[] {
  const file = path.join(folder, SESSION_FILES.events);
  if (!fs.existsSync(file)) return [];
  const lines = fs.readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as SessionEvent);
}

/** The process that has the session open: the extension host. */
function ownerOf(folder: string): number {
  const lock = fs.readdirSync(folder).find((name) => name.startsWith('owner-'))!;
  const { pid } = JSON.parse(fs.readFileSync(path.join(folder, lock), 'utf8')) as { pid: number };
  return pid;
}
