/** Asks a Node process that was started with `--inspect` to collect its garbage, as a debugger would. */
export async function collectGarbage(log: string): Promise<void> {
  const url = /ws:\/\/\S+/.exec(log)?.[0];
  if (url === undefined) throw new Error(`The process offers no inspector:\n${log}`);
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("error", () => {
      reject(new Error("The inspector cannot be reached"));
    });
    socket.addEventListener("open", () => {
      socket.send(JSON.stringify({ id: 1, method: "HeapProfiler.collectGarbage" }));
    });
    socket.addEventListener("message", () => {
      resolve();
    });
  });
  socket.close();
}
