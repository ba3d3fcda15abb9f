/**
 * One process writes to a session at a time (RT-33, DL-35). Who wants it puts a claim of its own into the folder,
 * then looks for others: of two who do so, the later one sees the earlier one's. A claim holds as long as its
 * process lives, so that a crash never locks a session for good.
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import { PatchbayError } from '../protocol/errors.ts';
import { SessionOwner, type SessionPlace } from '../protocol/session-owner.ts';
import { isAlive, isRunning, ownMark } from './process-life.ts';

/** An owner in another container or on another machine cannot be looked at: it shows its life on the file. */
const SIGN_OF_LIFE_MS = 15_000;
const NO_SIGN_MS = 60_000;
/** A claim is readable a moment after it is made, unless its process died right then. */
const BEING_WRITTEN_MS = 2_000;
/** Those who come at the same moment all step back, and try again at different times. */
const TRIES = 10;
const STEP_BACK_MS = 40;

const Claim = z.extend(SessionOwner, {
  start: z.optional(z.string()),
  seen_at: z.number(),
  machine: z.string(),
  /** False until its maker has looked for others. */
  owns: z.boolean(),
});
type Claim = z.infer<typeof Claim>;

export interface OwnerLock {
  /** Gives the session free. May be called again. */
  release(): Promise<void>;
}

/**
 * Takes the session, from a dead owner too.
 * @param place what others are told of where it is open.
 * @throws PatchbayError `config` naming the owner's process while it lives.
 */
export async function acquireOwnerLock(
  folder: string,
  sessionId: string,
  place?: SessionPlace,
): Promise<OwnerLock> {
  const file = path.join(folder, `owner-${randomUUID()}.lock`);
  const claim: Claim = { ...(await ownMark(Date.now())), place, machine: machineName(), owns: false };
  for (let attempt = 1; ; attempt++) {
    await writeFile(file, JSON.stringify(claim));
    const { living: other, dead } = await findClaims(folder, { except: file });
    // Their names are their own: nobody can have made them anew meanwhile.
    for (const each of dead) await rm(each, { force: true });
    if (!other) {
      await writeFile(file, JSON.stringify({ ...claim, owns: true }));
      return hold(file);
    }
    await rm(file, { force: true });
    if (other.owns || attempt === TRIES) throw openElsewhere(sessionId, other);
    await delay(STEP_BACK_MS * (0.5 + Math.random()));
  }
}

/** Whether a living process owns the session in this folder. */
export async function isOwned(folder: string): Promise<boolean> {
  return (await findOwner(folder)) !== undefined;
}

/**
 * The living process that owns the session in this folder; nobody owns one whose folder is gone. Changes nothing.
 * @param known who owned it a moment ago: while a process of that id runs, it is taken for the same one.
 */
export async function findOwner(folder: string, known?: SessionOwner): Promise<SessionOwner | undefined> {
  const { living } = await findClaims(folder, { known });
  if (!living?.owns || living.pid === undefined) return undefined;
  return { pid: living.pid, place: living.place };
}

type LivingClaim = Pick<Claim, 'owns'> & Partial<Claim>;

interface Claims {
  /** The claim of a living process, an owner's first. */
  readonly living: LivingClaim | undefined;
  /** The files of those whose process is gone. */
  readonly dead: readonly string[];
}

async function findClaims(
  folder: string,
  { except, known }: { except?: string; known?: SessionOwner | undefined },
): Promise<Claims> {
  const living: LivingClaim[] = [];
  const dead: string[] = [];
  for (const file of await claimFiles(folder)) {
    if (file === except) continue;
    const claim = await readClaim(file);
    if (claim === 'gone') continue;
    if (await isValid(claim, file, known)) living.push(claim === 'unreadable' ? { owns: false } : claim);
    else dead.push(file);
  }
  return { living: living.find((claim) => claim.owns) ?? living[0], dead };
}

/** Whether a file of this name in a session's folder is a claim. */
export function isClaimName(name: string): boolean {
  return /^owner-.*\.lock$/.test(name);
}

async function claimFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter(isClaimName).map((name) => path.join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function readClaim(file: string): Promise<Claim | 'gone' | 'unreadable'> {
  try {
    const parsed = Claim.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return parsed.success ? parsed.data : 'unreadable';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone';
    if (error instanceof SyntaxError) return 'unreadable';
    throw error;
  }
}

async function isValid(
  claim: Claim | 'unreadable',
  file: string,
  known: SessionOwner | undefined,
): Promise<boolean> {
  if (claim !== 'unreadable' && claim.machine === machineName()) {
    return claim.pid === known?.pid ? isRunning(claim.pid) : isAlive(claim);
  }
  // Given free meanwhile is no sign of life either.
  const lastSign = await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  return Date.now() - lastSign < (claim === 'unreadable' ? BEING_WRITTEN_MS : NO_SIGN_MS);
}

function hold(file: string): OwnerLock {
  const sign = () => {
    const now = new Date();
    // A missed sign of life is made up for by the next one.
    utimes(file, now, now).catch(() => undefined);
  };
  const timer = setInterval(sign, SIGN_OF_LIFE_MS).unref();
  return {
    async release() {
      clearInterval(timer);
      await rm(file, { force: true });
    },
  };
}

function openElsewhere(sessionId: string, { pid, place }: LivingClaim): PatchbayError {
  const id = pid === undefined ? '' : ` (pid ${pid})`;
  const [where, there] =
    place === 'terminal' ? ['a terminal', 'that terminal'] : ['another window', 'that window'];
  return new PatchbayError('config', `Session "${sessionId}" is open in ${where}${id}.`, {
    remedy: `Go on in ${there}, or close the session there first; "patchbay session show ${sessionId} --follow" shows what it does.`,
  });
}

function machineName(): string {
  return `${process.platform} ${os.hostname()}`;
}
