// Jest loads setup and teardown in one process but as separate modules; a symbol on globalThis
// joins them. Nothing but the testbed handles is kept here.
const KEY = Symbol.for("open-vcluster.testbeds");

const kept = () => (globalThis[KEY] ??= new Map());

export function keep(project, testbed) {
  kept().set(project, testbed);
}

export async function release(project) {
  const testbed = kept().get(project);
  kept().delete(project);
  await testbed?.stop();
}
