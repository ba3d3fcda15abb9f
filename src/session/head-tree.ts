/** Sessions as a tree: below each the ones it delegated to (DL-34). Pure. */
import type { SessionHead } from '../protocol/session-head.ts';

export interface SessionNode {
  readonly head: SessionHead;
  /** In the order of the list they came from. */
  readonly children: readonly SessionNode[];
}

/** A child whose parent is not among the heads stands at the top: it is never out of reach. */
export function treeOf(heads: readonly SessionHead[]): SessionNode[] {
  const known = new Set(heads.map(({ session_id }) => session_id));
  const byParent = new Map<string | undefined, SessionHead[]>();
  for (const head of heads) {
    const parent = known.has(head.parent_id ?? '') ? head.parent_id : undefined;
    const siblings = byParent.get(parent);
    if (siblings) siblings.push(head);
    else byParent.set(parent, [head]);
  }
  const below = (parent: string | undefined): SessionNode[] =>
    (byParent.get(parent) ?? []).map((head) => ({ head, children: below(head.session_id) }));
  return below(undefined);
}

/** Those that fit, with what is above them, so that each is seen in its place. */
export function prune(nodes: readonly SessionNode[], fits: (head: SessionHead) => boolean): SessionNode[] {
  return nodes.flatMap((node) => {
    const children = prune(node.children, fits);
    return children.length > 0 || fits(node.head) ? [{ ...node, children }] : [];
  });
}

/** Parents before their children, with how deep each stands: 0 at the top. */
export function flatten(
  nodes: readonly SessionNode[],
  depth = 0,
): { readonly head: SessionHead; readonly depth: number }[] {
  return nodes.flatMap(({ head, children }) => [{ head, depth }, ...flatten(children, depth + 1)]);
}

/** The session and all below it; undefined when it is not among the heads. */
export function subtree(heads: readonly SessionHead[], id: string): SessionNode | undefined {
  const find = (nodes: readonly SessionNode[]): SessionNode | undefined => {
    for (const node of nodes) {
      const found = node.head.session_id === id ? node : find(node.children);
      if (found) return found;
    }
    return undefined;
  };
  return find(treeOf(heads));
}

export interface SessionFilter {
  /** In the title, the agent or the id; upper and lower case are alike. */
  readonly search?: string;
  readonly agent?: string;
  /** A phase, or `running` for all in which a turn is under way. */
  readonly status?: string;
}

export function fitsFilter({ search, agent, status }: SessionFilter): (head: SessionHead) => boolean {
  const wanted = search?.toLowerCase();
  return (head) =>
    (agent === undefined || head.agent === agent) &&
    (status === undefined || head.phase === status || (status === 'running' && isRunning(head))) &&
    (wanted === undefined ||
      [head.title, head.agent, head.session_id].some((text) => text.toLowerCase().includes(wanted)));
}

/** A turn is under way, as far as the head knows. */
export function isRunning({ phase }: SessionHead): boolean {
  return phase !== 'idle' && phase !== 'interrupted' && phase !== 'failed';
}
