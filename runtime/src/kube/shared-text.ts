/**
 * The one copy of a text that all its users share. The engine keeps names of properties once, and only for as long as
 * somebody refers to them; a table of our own would have to count its users.
 */
export function sharedText(text: string): string {
  const names = Object.create(null) as Record<string, true>;
  names[text] = true;
  for (const name in names) return name;
  return text;
}

/** Makes every text in a tree of plain objects and arrays a shared one, in place. Frozen parts stay as they are. */
export function shareTexts<T>(tree: T): T {
  if (typeof tree !== "object" || tree === null || Object.isFrozen(tree)) return tree;
  const parts = tree as Record<string, unknown>;
  for (const [name, part] of Object.entries(parts)) {
    if (typeof part === "string") parts[name] = sharedText(part);
    else shareTexts(part);
  }
  return tree;
}
