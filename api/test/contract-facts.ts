/** What a contract says, one fact for each name: `VCluster.id` is `1 string`. */
export type ContractFacts = ReadonlyMap<string, string>;

/**
 * Reads the tables of wire-contract.md.
 *
 * @returns `Service.Method` is `Request -> Response`, with `stream` before what is streamed;
 *   `Enum.VALUE` is the number; `Message.field` is `number type`
 * @throws Error with the line that is no fact
 */
export function factsOfTables(markdown: string): ContractFacts {
  const facts = new Map<string, string>();
  let heading = "";
  for (const line of markdown.slice(markdown.indexOf("\n## ")).split("\n")) {
    if (line.startsWith("#")) heading = line.replace(/^#+ (service )?/, "");
    else if (line !== "" && line !== "```") addLine(facts, heading, line);
  }
  return facts;
}

function addLine(facts: Map<string, string>, heading: string, line: string): void {
  const method = /^- `(\w+)\(((?:stream )?\w+)\) -> ((?:stream )?\w+)`$/.exec(line);
  if (method !== null) {
    facts.set(`${heading}.${text(method[1])}`, `${text(method[2])} -> ${text(method[3])}`);
    return;
  }
  const values = /^- `(\w+)`: (.+)$/.exec(line);
  if (values !== null) {
    for (const value of text(values[2]).split(", ")) {
      const [name, number] = value.split("=");
      facts.set(`${text(values[1])}.${text(name)}`, text(number));
    }
    return;
  }
  const field = /^ +(\d+) (\w+) (.+)$/.exec(line);
  if (field === null) throw new Error(`No fact in "${line}"`);
  facts.set(`${heading}.${text(field[2])}`, `${text(field[1])} ${text(field[3])}`);
}

function text(part: string | undefined): string {
  if (part === undefined) throw new Error("A fact is cut off");
  return part;
}
