import type { BoardData } from '../../core/board/data.ts';
import type { ReleaseDetails } from '../../core/board/details-data.ts';
import type { ConfirmRequest, ConfirmResponse, Preview, PreviewRequest } from '../../core/board/requests.ts';

/** The server's answer: a value, a refusal in the server's words, or the fact that there was no answer. `status` is 0 without an answer. */
export type Answer<Value> = { value: Value } | { status: number; error: string; preview?: Preview };

/** The interface of the server that serves the page (core/board/requests.ts). */
export interface BoardServer {
  readBoard(): Promise<Answer<BoardData>>;
  readRelease(id: string): Promise<Answer<ReleaseDetails>>;
  preview(request: PreviewRequest): Promise<Answer<Preview>>;
  confirm(request: ConfirmRequest): Promise<Answer<ConfirmResponse>>;
}

/** How long the page waits for the board before it says that the connection is lost. The time is short, because the server already has the answer. */
const boardTimeoutMs = 10_000;

/** How long the page waits for every other answer. For these, the server asks AWS. */
const timeoutMs = 60_000;

const noAnswer = 'The board’s server does not answer. Is `gantry board` still running?';

/** Connects to the server of this page with its token. The addresses are relative to the page. */
export function connectServer(token: string, request: typeof fetch): BoardServer {
  const headers = { authorization: `Bearer ${token}` };
  const send = async <Value>(path: string, init: RequestInit = {}, ms = timeoutMs): Promise<Answer<Value>> => {
    const signal = AbortSignal.timeout(ms);
    try {
      const response = await request(path, { ...init, headers: { ...headers, ...init.headers }, signal });
      return response.ok ? { value: await response.json() } : await readRefusal(response);
    } catch {
      return { status: 0, error: noAnswer };
    }
  };
  const post = <Value>(path: string, body: object) =>
    send<Value>(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return {
    readBoard: () => send('api/board', {}, boardTimeoutMs),
    readRelease: (id) => send(`api/releases/${encodeURIComponent(id)}`),
    preview: (preview) => post('api/preview', preview),
    confirm: (request) => post('api/actions', request),
  };
}

const wrongToken = 'This address is not valid any more. Open the address that the running `gantry board` printed.';

async function readRefusal(response: Response): Promise<{ status: number; error: string; preview?: Preview }> {
  const { status } = response;
  if (status === 401) return { status, error: wrongToken };
  const body: { error?: unknown; preview?: Preview } = await response.json().catch(() => ({}));
  const error = typeof body.error === 'string' ? body.error : `The board’s server answered with status ${status}.`;
  return { status, error, ...(body.preview && { preview: body.preview }) };
}

/** Answers every call with the same refusal. This is for a page that was opened without a token. */
export function refuseAll(error: string): BoardServer {
  const refuse = async () => ({ status: 401, error });
  return { readBoard: refuse, readRelease: refuse, preview: refuse, confirm: refuse };
}
