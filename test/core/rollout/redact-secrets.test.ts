import { describe, expect, it } from 'vitest';
import { redactSecrets } from '../../../core/rollout/redact-secrets.ts';

const letters = (count: number) => 'aB3'.repeat(count).slice(0, count);
const upper = (count: number) => 'AB3'.repeat(count).slice(0, count);

/** [its kind, the secret, the text around it]. The secrets are made up and only have the right format. */
const secrets: [string, string, (secret: string) => string][] = [
  ['an access key id of AWS', `AKIA${upper(16)}`, (one) => `InvalidClientTokenId: ${one} is not valid`],
  ['a temporary access key id of AWS', `ASIA${upper(16)}`, (one) => `key=${one}`],
  ['a secret access key in an environment', letters(40), (one) => `AWS_SECRET_ACCESS_KEY=${one}`],
  ['a secret access key in a credentials file', letters(40), (one) => `aws_secret_access_key = ${one}`],
  ['a secret access key in JSON', letters(40), (one) => `{"awsSecretAccessKey": "${one}"}`],
  ['a session token of AWS by its name', letters(200), (one) => `AWS_SESSION_TOKEN=${one}`],
  ['a session token of AWS by its beginning', `IQoJb3JpZ2lu${letters(80)}`, (one) => `token ${one}`],
  ['a personal access token of GitHub', `ghp_${letters(36)}`, (one) => `fatal: could not read from ${one}`],
  ['a fine-grained token of GitHub', `github_pat_${letters(40)}`, (one) => `(${one})`],
  ['a token of GitLab', `glpat-${letters(20)}`, (one) => `PRIVATE-TOKEN: ${one}`],
  ['a token of Slack', `xoxb-${letters(24)}`, (one) => `slack ${one}`],
  ['a key of Stripe', `sk_live_${letters(24)}`, (one) => `Stripe("${one}")`],
  ['a token of npm', `npm_${letters(36)}`, (one) => `//registry.npmjs.org/:_authToken=${one}`],
  ['a token of PyPI', `pypi-${letters(60)}`, (one) => `password: ${one}`],
  ['an API key of Google', `AIza${letters(35)}`, (one) => `?key=${one}`],
  ['an access token of Google', `ya29.${letters(40)}`, (one) => `"${one}"`],
  ['a JSON Web Token', `eyJ${letters(20)}.eyJ${letters(30)}.${letters(43)}`, (one) => `jwt expired: ${one}`],
  ['the credentials of a request', letters(30), (one) => `Authorization: Basic ${one}`],
  ['a bearer token', letters(30), (one) => `curl -H 'authorization: bearer ${one}'`],
  ['the password of a database', 'hunter2', (one) => `cannot connect to postgres://shop:${one}@db.internal:5432/shop`],
  ['the password of a cache without a user', 's3cr3t', (one) => `redis://:${one}@cache:6379`],
];

describe('a line of a log', () => {
  it.each(secrets)('loses %s and keeps the rest', (_, secret, text) => {
    const [line] = redactSecrets([text(secret)]);
    expect(line).toBe(text('[redacted]'));
  });

  it.each([
    'Error: unexpected token } in JSON at position 4',
    'password authentication failed for user "shop"',
    'sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9',
    'listening on http://0.0.0.0:8080/health',
    'connect ECONNREFUSED 10.0.0.1:5432 (postgres://shop@db:5432/shop)',
    'Bearer authentication is not configured',
    'at sk_test (server.js:10:3)',
    'commit 4f2d9c1b7e8a6f5d4c3b2a1908f7e6d5c4b3a291',
  ])('without a secret stays as it is: %s', (line) => {
    expect(redactSecrets([line])).toEqual([line]);
  });
});

describe('a private key of several lines', () => {
  const body = [letters(64), letters(64), `${letters(20)}==`];
  const begin = '-----BEGIN RSA PRIVATE KEY-----';
  const end = '-----END RSA PRIVATE KEY-----';
  const hidden = (count: number) => Array(count).fill('[redacted]');

  it.each<[string, string[], string[]]>([
    ['is replaced as a whole', ['before', begin, ...body, end, 'after'], ['before', ...hidden(5), 'after']],
    ['is replaced if the log ends inside it', ['before', begin, ...body], ['before', ...hidden(4)]],
    ['is replaced if only its end is in the log', [...body, end, 'after'], [...hidden(4), 'after']],
    ['is replaced if a line before its end is no part of it', ['at 10:00', ...body, end], ['at 10:00', ...hidden(4)]],
    ['is replaced beside another key', [begin, body[0]!, end, 'x', begin, body[0]!], [...hidden(3), 'x', ...hidden(2)]],
    ['is replaced if it has another name', [begin.replace('RSA ', ''), body[0]!, end.replace('RSA ', '')], hidden(3)],
  ])('%s', (_, lines, expected) => {
    expect(redactSecrets(lines)).toEqual(expected);
  });

  it('leaves a certificate, which is public', () => {
    const lines = ['-----BEGIN CERTIFICATE-----', letters(64), '-----END CERTIFICATE-----'];
    expect(redactSecrets(lines)).toEqual(lines);
  });
});

it('a hostile line is redacted in time that grows with its length only', () => {
  const begun = process.cpuUsage().user;
  redactSecrets(['a:'.repeat(50_000), 'eyJ'.repeat(30_000), `${'x'.repeat(50_000)}://${'y'.repeat(50_000)}`]);
  expect(process.cpuUsage().user - begun).toBeLessThan(5_000_000);
});

it('many hostile lines are redacted in time that grows with their number only', () => {
  const begun = process.cpuUsage().user;
  for (const line of ['-', '-----BEGIN CERTIFICATE-----', 'A'.repeat(16)]) redactSecrets(Array(50_000).fill(line));
  expect(process.cpuUsage().user - begun).toBeLessThan(5_000_000);
});
