import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** An event of the protocol, limited to the fields used here. */
interface Message {
  method?: string;
  params?: {
    sessionId: string;
    message: string;
    scriptId: string;
    url: string;
    callFrames: { location: { scriptId: string; lineNumber: number } }[];
  };
}

/** The position of a stopped thread: the file and the line (from 1) of its innermost frame. */
export interface Stop {
  file: string;
  line: number;
}

const addressIn = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    child.stderr?.on('data', (data) => {
      text += data;
      const [, address] = /(ws:\/\/\S+\/[\w-]+)/.exec(text) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', () => reject(new Error(`it ended before a debugger could attach: ${text}`)));
  });

/**
 * Connects a debugger: `send` sends to the process, `sendTo` to one of its worker threads
 * (chromedevtools.github.io/devtools-protocol/v8).
 */
async function connect(address: string, published: (message: Message) => void) {
  const socket = new WebSocket(address);
  await once(socket, 'open');
  let id = 0;
  socket.addEventListener('message', ({ data }) => published(JSON.parse(data)));
  const send = (method: string, params: object = {}) => socket.send(JSON.stringify({ id: ++id, method, params }));
  const sendTo = (sessionId: string, method: string, params: object = {}) =>
    send('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id: ++id, method, params }) });
  return { send, sendTo, close: () => socket.close() };
}

/**
 * Starts a program that waits for a debugger, sets breakpoints in all its worker threads, and returns the first stops, as many
 * as requested.
 */
export async function stopsAt(
  argv: string[],
  breakpoints: Stop[],
  how: { cwd: string; signal: AbortSignal },
): Promise<Stop[]> {
  const child = spawn(process.execPath, ['--inspect-port=0', ...argv], { ...how, stdio: ['ignore', 'ignore', 'pipe'] });
  child.once('error', () => {});
  const { promise, resolve } = Promise.withResolvers<void>();
  const stops: Stop[] = [];
  const files = new Map<string, string>();
  const hear = (sessionId: string, { method, params }: Message) => {
    if (method === 'Debugger.scriptParsed') files.set(`${sessionId} ${params!.scriptId}`, params!.url);
    if (method !== 'Debugger.paused') return;
    const { scriptId, lineNumber } = params!.callFrames[0]!.location;
    const file = files.get(`${sessionId} ${scriptId}`) ?? '';
    // A thread that waits for its debugger stops before its first line.
    if (breakpoints.some((each) => each.file === file)) stops.push({ file, line: lineNumber + 1 });
    if (stops.length === breakpoints.length) return resolve();
    debug.sendTo(sessionId, 'Debugger.resume');
  };
  const debug = await connect(await addressIn(child), ({ method, params }) => {
    const sessionId = params?.sessionId ?? '';
    if (method === 'NodeWorker.receivedMessageFromWorker') hear(sessionId, JSON.parse(params!.message));
    if (method !== 'NodeWorker.attachedToWorker') return;
    debug.sendTo(sessionId, 'Debugger.enable');
    for (const { file, line } of breakpoints)
      debug.sendTo(sessionId, 'Debugger.setBreakpointByUrl', { url: file, lineNumber: line - 1 });
    debug.sendTo(sessionId, 'Runtime.runIfWaitingForDebugger');
  });
  debug.send('NodeWorker.enable', { waitForDebuggerOnStart: true });
  debug.send('Runtime.runIfWaitingForDebugger');
  try {
    await promise;
    return stops;
  } finally {
    // On SIGTERM, a process waits for its threads, and one of them is stopped at a breakpoint.
    child.kill('SIGKILL');
    debug.close();
  }
}
