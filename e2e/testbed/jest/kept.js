// Jest loads setup and teardown in one process but as separate modules; a symbol on globalThis
// joins them. Nothing but the testbed handles is kept here.
const KEY = Symbol.for("open-vcluster.testbeds");

function kept() {
  if (globalThis[KEY] === undefined) {
    globalThis[KEY] = new Map();
    // An interrupted run skips its teardown.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
      process.once(signal, () => {
        void Promise.allSettled([...kept().keys()].map(release)).then(() => process.exit(1));
      });
    }
  }
  return globalThis[KEY];
}

export function keep(project, testbed) {
  kept().set(project, testbed);
}

export async function release(project) {
  const testbed = kept().get(project);
  kept().delete(project);
  await testbed?.stop();
}
