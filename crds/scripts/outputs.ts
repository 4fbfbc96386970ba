import { instanceTypes } from "./instance-types.ts";
import { referencePage } from "./reference-page.ts";

/** A file that is written from the schema. */
export interface GeneratedFile {
  readonly url: URL;
  readonly text: () => Promise<string>;
}

/** Everything that `npm run generate` writes. */
export const GENERATED_FILES: readonly GeneratedFile[] = [
  { url: new URL("../src/gen/vcluster-instance.ts", import.meta.url), text: instanceTypes },
  {
    url: new URL("../../docs/reference/vclusterinstance.md", import.meta.url),
    text: () => Promise.resolve(referencePage()),
  },
];
