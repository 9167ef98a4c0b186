import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { StalePreview } from '../../board/act/previews.ts';
import { checkRequest, createToken } from '../../board/serve/check-request.ts';
import { serveBoard } from '../../board/serve/server.ts';
import type { BoardData } from '../../core/board/data.ts';
import { Failure } from '../../core/errors/failure.ts';
import example from '../../infra/config.ts';

const secret = 'what runs in prod';
const data: BoardData = { at: '', title: secret, columns: [], rows: [], latest: [], metrics: [], problems: [] };
const token = createToken();
const reports: Error[] = [];
const asked: unknown[] = [];

const failures: Record<string, Error> = {
  stale: new StalePreview('The state has changed.', { id: 'new', lines: [], command: '' }),
  mistake: new Failure('ConfigurationError', 'No target is named "x".'),
  bug: new Error('a bug with /home/somebody in its stack'),
};

const server = await serveBoard(
  {
    page: { html: '<html></html>', script: 'script', style: 'style', renderStatic: () => '' },
    data: () => data,
    details: async (id) => {
      asked.push(id);
      return undefined;
    },
    preview: async (request) => {
      asked.push(request);
      throw failures[request.target] ?? new Error('unexpected');
    },
    confirm: async () => ({ message: 'done' }),
  },
  0,
  { config: example, token, adaptMessage: (message) => message, report: (error) => reports.push(error) },
);
afterAll(() => server.close());

interface Sent {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
}

const right = { authorization: `Bearer ${token}` };
const json = { 'content-type': 'application/json' };

/** Sends a request with exactly these headers and this path. */
const send = ({ method = 'GET', path = '/api/board', headers = right, body }: Sent) =>
  new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port: server.port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on('error', reject).end(body);
  });

describe('the server of the board', () => {
  it.each<[what: string, sent: Sent, status: number]>([
    ['data with the token', {}, 200],
    ['data without a token', { headers: {} }, 401],
    ['data with a wrong token', { headers: { authorization: `Bearer ${createToken()}` } }, 401],
    ['data with a part of the token', { headers: { authorization: `Bearer ${token.slice(0, -1)}` } }, 401],
    ['data with the token and more', { headers: { authorization: `Bearer ${token}x` } }, 401],
    ['data with the token as a password', { headers: { authorization: `Basic ${btoa(`x:${token}`)}` } }, 401],
    ['data with the token in a cookie', { headers: { cookie: `token=${token}` } }, 401],
    ['data with the token in the query', { path: `/api/board?token=${token}`, headers: {} }, 400],
    ['data with a query besides the right token', { path: '/api/board?x=1' }, 400],
    ['the page with a query', { path: `/?token=${token}`, headers: {} }, 400],
    ['another host, as after DNS rebinding', { headers: { ...right, host: `evil.example:${server.port}` } }, 421],
    ['another host for the page', { path: '/', headers: { host: 'evil.example' } }, 421],
    ['this computer under another name', { headers: { ...right, host: `localhost:${server.port}` } }, 421],
    ['another port', { headers: { ...right, host: '127.0.0.1:1' } }, 421],
    ['another origin', { headers: { ...right, origin: 'https://evil.example' } }, 403],
    ['another port as origin', { headers: { ...right, origin: 'http://127.0.0.1:1' } }, 403],
    ['the origin null of a sandboxed frame or a file', { headers: { ...right, origin: 'null' } }, 403],
    ['a request that a page of another site caused', { headers: { ...right, 'sec-fetch-site': 'cross-site' } }, 403],
    [
      'its own origin',
      { headers: { ...right, origin: `http://127.0.0.1:${server.port}`, 'sec-fetch-site': 'same-origin' } },
      200,
    ],
    ['an address that was typed', { path: '/', headers: { 'sec-fetch-site': 'none' } }, 200],
    ['HEAD', { method: 'HEAD' }, 405],
    ['OPTIONS, the question before a request of another site', { method: 'OPTIONS' }, 405],
    ['PUT', { method: 'PUT' }, 405],
    ['DELETE', { method: 'DELETE' }, 405],
    ['POST where only GET is served', { method: 'POST', headers: { ...right, ...json }, body: '{}' }, 404],
    [
      'a form',
      {
        method: 'POST',
        path: '/api/actions',
        headers: { ...right, 'content-type': 'text/plain' },
        body: '{"preview":"x"}',
      },
      415,
    ],
    ['a body without the token', { method: 'POST', path: '/api/actions', headers: json, body: '{"preview":"x"}' }, 401],
    [
      'a body that is no JSON',
      { method: 'POST', path: '/api/actions', headers: { ...right, ...json }, body: '{' },
      422,
    ],
    [
      'a body with another field',
      { method: 'POST', path: '/api/actions', headers: { ...right, ...json }, body: '{"preview":"x","by":"you"}' },
      422,
    ],
    [
      'a body of nine kilobytes',
      { method: 'POST', path: '/api/actions', headers: { ...right, ...json }, body: 'x'.repeat(9000) },
      413,
    ],
    [
      'an action',
      { method: 'POST', path: '/api/actions', headers: { ...right, ...json }, body: '{"preview":"x"}' },
      200,
    ],
    ['a path with dots', { path: '/../../etc/passwd' }, 404],
    ['a path with encoded dots', { path: '/%2e%2e/%2e%2e/etc/passwd' }, 404],
    ['the id of no release, with dots', { path: '/api/releases/..%2f..%2fetc%2fpasswd' }, 404],
    ['an id that is not encoded correctly', { path: '/api/releases/%E0%A4%A' }, 404],
    ['a name of every object', { path: '/constructor' }, 404],
    ['a whole address as path', { path: 'http://evil.example/api/board' }, 404],
    ['a path with two slashes at its beginning', { path: '//api/board', headers: {} }, 404],
    ['a path in capitals', { path: '/API/board', headers: {} }, 404],
  ])('answers %s', async (_, sent, status) => {
    const found = await send(sent);
    expect(found.status).toBe(status);
    if (status !== 200) expect(found.text).not.toContain(secret);
    expect(found.text).not.toContain(token);
  });

  it.each(['/', '/board.js', '/board.css'])(
    'serves %s without the token, without data, and with a strict policy',
    async (path) => {
      const { status, headers, text } = await send({ path, headers: {} });
      expect(status).toBe(200);
      expect(text).not.toContain(token);
      expect(text).not.toContain(secret);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/);
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    },
  );

  it.each([
    ['stale', 409, 'The state has changed.'],
    ['mistake', 422, 'No target is named "x".'],
    ['bug', 500, 'A bug in Gantry: the terminal of `gantry board` shows it.'],
  ])('answers an error with its reason and without a stack: %s', async (target, status, error) => {
    const body = JSON.stringify({ target, kind: 'rollback' });
    const found = await send({ method: 'POST', path: '/api/preview', headers: { ...right, ...json }, body });
    expect(found.status).toBe(status);
    expect(JSON.parse(found.text)).toMatchObject({ error });
    expect(found.text).not.toContain('/home/');
  });

  it('reports a bug to the terminal, without the token', () => {
    expect(reports.map(({ message }) => message)).toEqual([failures.bug?.message]);
    expect(String(reports[0]?.stack)).not.toContain(token);
  });

  it('has a new token for each start, and compares all of it', () => {
    expect(createToken()).not.toBe(token);
    expect(token).toMatch(/^[\w-]{43}$/);
    const check = (given: string) =>
      checkRequest(
        { method: 'GET', url: '/api/board', headers: { host: '127.0.0.1:1', authorization: `Bearer ${given}` } },
        { port: 1, token },
      );
    expect(check(token)).toBeUndefined();
    for (const given of ['', token.toUpperCase(), `${token.slice(0, -1)}!`, token.slice(1)])
      expect(check(given)).toMatchObject({ status: 401 });
  });

  it.each([
    [80, '127.0.0.1', 'http://127.0.0.1', undefined],
    [80, '127.0.0.1:80', undefined, undefined],
    [80, 'evil.example', undefined, 421],
    [80, '127.0.0.1', 'http://evil.example', 403],
    [80, '127.0.0.1', 'https://127.0.0.1', 403],
    [80, '127.0.0.1', '127.0.0.1', 403],
    [8080, '127.0.0.1', undefined, 421],
    [8080, '127.0.0.1:8080', 'http://127.0.0.1', 403],
  ])('on port %i, the host %s with the origin %s is answered with %s', (port, host, origin, status) => {
    const headers = { host, authorization: `Bearer ${token}`, ...(origin && { origin }) };
    expect(checkRequest({ method: 'GET', url: '/api/board', headers }, { port, token })?.status).toBe(status);
  });

  it('ends although connections are open, also one that sends nothing', async () => {
    const other = await serveBoard(
      {
        page: { html: '', script: '', style: '', renderStatic: () => '' },
        data: () => data,
        details: async () => undefined,
        preview: async () => Promise.reject(new Error()),
        confirm: async () => ({ message: '' }),
      },
      0,
      { config: example, token, adaptMessage: (message) => message, report: () => undefined },
    );
    const socket = connect(other.port, '127.0.0.1');
    const isClosed = new Promise((resolve) => socket.on('close', resolve).on('error', () => undefined));
    await new Promise((resolve) => socket.on('connect', resolve));
    await other.close();
    await isClosed;
  });
});
