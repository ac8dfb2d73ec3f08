// Words that a line break cuts in two, at their first few letters. Runs inside the page. Hashes, code and paths may be
// broken anywhere; a plain word may not.
export function brokenWords() {
  const out = [];
  let seen = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest("code, pre, script, .unseen, .skip, option")) continue;
    for (const word of node.textContent.matchAll(/(?<!\w)[A-Za-z]{2,24}(?!\w)/g)) {
      seen += 1;
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((one) => Math.round(one.top)));
      if (lines.size > 1) out.push(`"${word[0]}" in "${node.textContent.trim().slice(0, 50)}"`);
    }
  }
  return { seen, out: [...new Set(out)] };
}
