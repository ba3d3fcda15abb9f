/**
 * Turns the children of one node into those of another by changing as little as possible: a streamed block
 * keeps its elements, a selection in it and the place of the pointer.
 */

/** `next` is used up. */
export function patchChildren(node: Node, next: Node): void {
  let child = node.firstChild;
  for (const wanted of [...next.childNodes]) {
    const following = child?.nextSibling ?? null;
    if (!child) node.appendChild(wanted);
    else if (!patchNode(child, wanted)) node.replaceChild(wanted, child);
    child = following;
  }
  while (child) {
    const following = child.nextSibling;
    node.removeChild(child);
    child = following;
  }
}

/** False when `node` cannot become `wanted`. */
function patchNode(node: ChildNode, wanted: ChildNode): boolean {
  if (node.nodeType !== wanted.nodeType || node.nodeName !== wanted.nodeName) return false;
  if (node.nodeType === Node.TEXT_NODE) {
    // Only when it differs: setting it drops a selection in it.
    if (node.nodeValue !== wanted.nodeValue) growText(node as Text, wanted.nodeValue ?? '');
    return true;
  }
  if (!sameAttributes(node as Element, wanted as Element)) return false;
  patchChildren(node, wanted);
  return true;
}

function growText(node: Text, text: string): void {
  if (text.startsWith(node.data)) node.appendData(text.slice(node.data.length));
  else node.data = text;
}

function sameAttributes(a: Element, b: Element): boolean {
  if (a.attributes.length !== b.attributes.length) return false;
  return [...a.attributes].every(({ name, value }) => b.getAttribute(name) === value);
}
