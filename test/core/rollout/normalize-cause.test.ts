import { describe, expect, it } from 'vitest';
import { normalizeCause } from '../../../core/rollout/normalize-cause.ts';

const base64 = (letter: string) => Buffer.from(`${letter}-encoded authorization failure message`).toString('base64');

describe('two texts have the same cause although they differ in', () => {
  it.each([
    [
      'a request id',
      'denied, request id: 1f0c9a52-7d7e-4d1a-9b1e-0a3f5c7d9e11',
      'denied, request id: abcdefab-cdef-abcd-efab-cdefabcdefab',
    ],
    [
      'an upper-case request id',
      'S3 said no (RequestID: QWERTYUIOPASDFGH)',
      'S3 said no (RequestID: ZXCVBNMASDFGHJKL)',
    ],
    ['an IP address', 'dial tcp 10.0.0.7:443: connection refused', 'dial tcp 10.0.11.123:443: connection refused'],
    ['an IPv6 address', 'dial tcp [fd00:ec2::23]:80: refused', 'dial tcp [fd00:ec2::254]:80: refused'],
    ['a port', 'lookup on 10.0.0.2:53: read udp 10.0.0.1:41234', 'lookup on 10.0.0.2:53: read udp 10.0.0.1:60001'],
    [
      'a host name',
      'no route to ip-10-0-1-2.eu-west-1.compute.internal',
      'no route to ip-10-0-99-8.eu-west-1.compute.internal',
    ],
    ['a host name with a port', 'cannot reach primary.db:5432', 'cannot reach replica.db:5432'],
    ['a URL', 'Get "https://one.example.com/v2/": EOF', 'Get "https://two.example.org/v2/x": EOF'],
    ['a task id', 'task 321e9650205b6c89b3b549176362341e failed', 'task abcdefabcdefabcdefabcdefabcdefab failed'],
    ['an instance id', 'Host i-0abc1234def567890 refused', 'Host i-0fff1234def567890 refused'],
    ['a count of retries', 'has been retried 1 time(s): not found', 'has been retried 12 time(s): not found'],
    ['a duration', 'gave up after 30.5s', 'gave up after 1m2s'],
    ['a time', 'at 2026-11-29T12:00:01.123Z: expired', 'at 2026-12-01T23:59:59Z: expired'],
    ['a date', 'on Mon, 02 Nov 2026 15:04:05 GMT: expired', 'on Tue, 01 Dec 2026 15:04:05 GMT: expired'],
    [
      'a base64 part',
      `Encoded authorization failure message: ${base64('a')}`,
      `Encoded authorization failure message: ${base64('bcd')}`,
    ],
    ['a percent-encoded part', 'signed with a%2Fb%3D', 'signed with c%2Fd%2Be%3D'],
  ])('%s', (_, one, other) => {
    expect(normalizeCause(one)).toBe(normalizeCause(other));
  });
});

describe('two texts have different causes if they differ in', () => {
  it.each([
    ['the exit code', 'app exited with code 1', 'app exited with code 137'],
    ['the exit status', 'sh exited: exit status 1', 'sh exited: exit status 127'],
    ['the exit code in parentheses', 'the hook failed (exit 126)', 'the hook failed (exit 127)'],
    ['the signal', 'killed by signal 9', 'killed by signal 11'],
    ['the number of a system error', 'errno 2: open', 'errno 13: open'],
    ['the class of the error', 'java.lang.OutOfMemoryError', 'java.lang.IllegalStateException'],
    ['the status code of an AWS error', 'api error, status code: 403', 'api error, status code: 500'],
    ['the HTTP status', 'failed: 403 Forbidden', 'failed: 404 Not Found'],
    ['a word', 'access denied', 'access granted'],
    ['the error that a long text ends with', `${'at '.repeat(5000)}: not found`, `${'at '.repeat(5000)}: denied`],
  ])('%s', (_, one, other) => {
    expect(normalizeCause(one)).not.toBe(normalizeCause(other));
  });
});
