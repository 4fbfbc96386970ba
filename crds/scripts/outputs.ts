import { conditionsPage } from "./conditions-page.ts";
import { eventsPage } from "./events-page.ts";
import { instancePage } from "./instance-page.ts";
import { kindTypes } from "./kind-types.ts";
import { operationPage } from "./operation-page.ts";
import { locationPage, restorePage, snapshotPage } from "./snapshot-pages.ts";

/** A file that is written from the schema. */
export interface GeneratedFile {
  readonly url: URL;
  readonly text: () => Promise<string>;
}

/** Everything that `npm run generate` writes. */
export const GENERATED_FILES: readonly GeneratedFile[] = [
  {
    url: new URL("../src/gen/vcluster-instance.ts", import.meta.url),
    text: () => kindTypes("VClusterInstance"),
  },
  {
    url: new URL("../src/gen/vcluster-operation.ts", import.meta.url),
    text: () => kindTypes("VClusterOperation"),
  },
  {
    url: new URL("../src/gen/vcluster-snapshot-location.ts", import.meta.url),
    text: () => kindTypes("VClusterSnapshotLocation"),
  },
  {
    url: new URL("../src/gen/vcluster-snapshot.ts", import.meta.url),
    text: () => kindTypes("VClusterSnapshot"),
  },
  {
    url: new URL("../src/gen/vcluster-restore.ts", import.meta.url),
    text: () => kindTypes("VClusterRestore"),
  },
  {
    url: new URL("../../docs/reference/vclusterinstance.md", import.meta.url),
    text: () => Promise.resolve(instancePage()),
  },
  {
    url: new URL("../../docs/reference/vclusteroperation.md", import.meta.url),
    text: () => Promise.resolve(operationPage()),
  },
  {
    url: new URL("../../docs/reference/vclustersnapshotlocation.md", import.meta.url),
    text: () => Promise.resolve(locationPage()),
  },
  {
    url: new URL("../../docs/reference/vclustersnapshot.md", import.meta.url),
    text: () => Promise.resolve(snapshotPage()),
  },
  {
    url: new URL("../../docs/reference/vclusterrestore.md", import.meta.url),
    text: () => Promise.resolve(restorePage()),
  },
  {
    url: new URL("../../docs/reference/events.md", import.meta.url),
    text: () => Promise.resolve(eventsPage()),
  },
  {
    url: new URL("../../docs/reference/conditions.md", import.meta.url),
    text: () => Promise.resolve(conditionsPage()),
  },
];
