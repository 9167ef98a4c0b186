import { describe, expect, it } from 'vitest';
import {
  escapeUnprintable,
  shortenArns,
  shortenForeignText,
  shortenMiddle,
} from '../../../core/parsing/display-text.ts';

const id = '321e9650205b6c89b3b549176362341e';

it.each([
  [
    'a target group by its name',
    '(service web) registered 1 targets in (target-group arn:aws:elasticloadbalancing:eu-west-1:222222222222:targetgroup/shop-web/0123456789abcdef)',
    '(service web) registered 1 targets in (target-group shop-web)',
  ],
  [
    'a task by eight digits',
    `(service web) has started 1 tasks: (task ${id}).`,
    '(service web) has started 1 tasks: (task 321e9650).',
  ],
  ["a task's ARN", `arn:aws:ecs:eu-west-1:222222222222:task/main/${id}`, '321e9650'],
  ["a revision's ARN", 'to arn:aws:ecs:eu-west-1:222222222222:task-definition/web:12.', 'to web:12.'],
  ['no digest', `shop@sha256:${'ab'.repeat(32)}`, `shop@sha256:${'ab'.repeat(32)}`],
  ['no deployment', 'deployment ecs-svc/2789085561265625437', 'deployment ecs-svc/2789085561265625437'],
])('shortens %s', (_, text, expected) => {
  expect(shortenArns(text)).toBe(expected);
});

it.each([
  ['a terminal sequence', 'a\u001b[2Jb', 'a\\u001b[2Jb'],
  ['a sequence in one byte', '\u009b31m', '\\u009b31m'],
  ['the end of a text and of a line', '\u0000\n', '\\u0000\\u000a'],
  ['an override of the direction', '\u202ec\u061c', '\\u202ec\\u061c'],
  ['a mark of the byte order', 'c\ufeff', 'c\\ufeff'],
  ['a soft hyphen', 'ad\u00admin', 'ad\\u00admin'],
  ['a letter that is drawn as nothing', 'a\u3164\u115f', 'a\\u3164\\u115f'],
  ['a text in tag characters', '\u{e0049}\u{e0047}', '\\u{e0049}\\u{e0047}'],
  ['a byte in a variation selector', 'x\u{e0150}', 'x\\u{e0150}'],
  ['half a pair', '\ud800', '\\ud800'],
  ['letters, spaces and emoji, which it keeps', 'Grüße 日本 — ⚠\ufe0f 👍', 'Grüße 日本 — ⚠\ufe0f 👍'],
])('escapes %s', (_, text, expected) => {
  expect(escapeUnprintable(text)).toBe(expected);
});

describe('a long text is shortened in its middle', () => {
  it.each([
    ['short', 5, 'short'],
    ['exactly', 7, 'exactly'],
    ['where it happened and why', 14, 'where i … why'],
    ['🚀🚀🚀🚀🚀🚀🚀🚀', 10, '🚀🚀 … 🚀'],
  ])('"%s" to %i characters', (text, longest, result) => {
    expect(shortenMiddle(text, longest)).toBe(result);
  });

  it('to 4000 characters before it is processed', () => {
    expect(shortenForeignText(`first ${'x'.repeat(100_000)} last`)).toMatch(/^(?=.{4000}$)first x+ … x+ last$/);
  });
});
