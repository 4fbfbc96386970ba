import type { Component } from "./component.ts";

const RULE = "=".repeat(80);

/** Who made what is inside the image, and under which terms, as one text. Equal terms are printed once. Pure. */
export function notices(components: readonly Component[]): string {
  const byText = new Map<string, Component[]>();
  for (const component of components) {
    const text = component.texts.join("\n\n");
    byText.set(text, [...(byText.get(text) ?? []), component]);
  }
  const sections = [...byText].map(([text, sharing]) => {
    const names = sharing.map(({ name, version, licence }) => `${name} ${version}: ${licence}`);
    const terms =
      text === "" ? "No text comes with these; the licence is the one named above." : text;
    return `${RULE}\n${names.join("\n")}\n\n${terms}\n`;
  });
  return `The image contains the following works of others.\n\n${sections.join("\n")}`;
}
