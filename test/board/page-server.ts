import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { loadPage } from '../../board/page/load-page.ts';
import type { BoardData } from '../../core/board/data.ts';
import type { ReleaseDetails } from '../../core/board/details-data.ts';

/** The server's answers. A test changes them between requests. */
export interface Answers {
  board: BoardData;
  release(id: string): ReleaseDetails | undefined;
  preview(request: unknown): [status: number, body: object];
  confirm(request: unknown): [status: number, body: object];
}

export const token = 'sample-token-0123456789';

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the page with the answers of a test. The server has the interface of the board's server, but no AWS behind it. */
export async function servePage(answers: Answers) {
  const page = await loadPage();
  const files = new Map([
    ['/', ['text/html; charset=utf-8', page.html]],
    ['/board.js', ['text/javascript; charset=utf-8', page.script]],
    ['/board.css', ['text/css; charset=utf-8', page.style]],
  ] as [string, [string, string]][]);
  const requests: string[] = [];

  async function answer(request: IncomingMessage): Promise<[status: number, body: unknown]> {
    if (request.headers.authorization !== `Bearer ${token}`) return [401, { error: 'wrong token' }];
    const { url = '' } = request;
    const body = request.method === 'POST' ? JSON.parse(await text(request)) : undefined;
    if (url === '/api/board') return [200, answers.board];
    if (url === '/api/preview') return answers.preview(body);
    if (url === '/api/actions') return answers.confirm(body);
    const details = answers.release(decodeURIComponent(url.slice('/api/releases/'.length)));
    return details === undefined ? [404, { error: 'There is no such release.' }] : [200, details];
  }

  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    requests.push(`${request.method} ${request.url}`);
    const file = files.get(request.url ?? '');
    if (file !== undefined) {
      response.writeHead(200, { 'content-type': file[0], 'content-security-policy': policy });
      return response.end(file[1]);
    }
    const [status, body] = await answer(request);
    response.writeHead(status, { 'content-type': 'application/json' });
    return response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    page,
    requests,
    url: `http://127.0.0.1:${port}/`,
    /** Serves a page beside the live one. */
    publish: (path: string, html: string) => files.set(path, ['text/html; charset=utf-8', html]),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
