import { describe, expect, it } from 'vitest';
import { shortenArnsForPeople, shortenTaskLists } from '../../cli/short-arns.ts';
import { chooseIndent, cutToWidth, measureWidth, padToWidth, wrapText } from '../../cli/wrap-text.ts';

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
const sentence = 'Deployment ecs-svc/123 of web:13 does not stay up: 3 tasks stopped for the same cause.';
const digest = '0a'.repeat(32);
const longWord = 'https://eu-west-1.console.aws.amazon.com/states/home';

describe('a wrapped text', () => {
  it.each([
    ['short', 'It is short.', 80, 8, ['It is short.']],
    ['longer than the line', 'one two three four', 20, 8, ['one two', '        three four']],
    ['with lines of its own', 'one two\n  three four', 14, 2, ['one two', '    three four']],
    ['with a word longer than the line', `see ${longWord} there`, 30, 4, ['see', `    ${longWord}`, '    there']],
    [
      'with an image longer than the line',
      `app=repository/web@sha256:${digest}`,
      80,
      8,
      ['app=repository/web', `        @sha256:${digest}`],
    ],
    ['with an image that fits', `app@sha256:${digest}`, 80, 4, [`app@sha256:${digest}`]],
    [
      'with a command that does not fit into the rest of the line',
      'To answer: gantry continue test/web --hook ecs-pause-1; it waits.',
      50,
      2,
      ['To answer:', '  gantry continue test/web --hook ecs-pause-1; it', '  waits.'],
    ],
    [
      'with a command and a link that are longer than the line',
      `To answer: gantry continue test/web --hook ${digest}; it is in the stage BAKE_TIME. See ${longWord}.`,
      40,
      4,
      [
        'To answer:',
        `    gantry continue test/web --hook ${digest}`,
        '    it is in the stage BAKE_TIME. See',
        `    ${longWord}`,
      ],
    ],
    ['in colour', red('one two three'), 10, 2, [red('one two'), `  ${red('three')}`]],
    ['with wide characters', '日本語 日本語 日本', 10, 2, ['日本語', '  日本語', '  日本']],
    ['with emoji', '👩‍🚀👩‍🚀 👩‍🚀👩‍🚀 ok', 12, 2, ['👩‍🚀👩‍🚀 👩‍🚀👩‍🚀', '  ok']],
    ['with combining characters', 'cafe\u0301 cafe\u0301 cafe\u0301', 11, 2, ['café café', '  café']],
    ['from right to left', 'שלום עולם שלום', 11, 2, ['שלום עולם', '  שלום']],
    ['narrower than its indentation', 'one two', 3, 8, ['one', '        two']],
    ['empty', '', 80, 8, ['']],
  ])('%s has these lines', (_, text, columns, indent, lines) => {
    expect(wrapText(text, columns, indent).split('\n')).toEqual(lines);
  });

  it.each([20, 40, 80, 160])('breaks no word and fits into %i columns', (columns) => {
    const indent = chooseIndent(8, columns);
    const lines = wrapText(sentence, columns, indent).split('\n');
    expect(lines.join(' ').split(/\s+/)).toEqual(sentence.split(' '));
    expect(Math.max(...lines.slice(1).map(measureWidth), 0)).toBeLessThanOrEqual(columns);
    expect(measureWidth(lines[0]!)).toBeLessThanOrEqual(columns - indent);
  });
});

describe('a command or a link in a text', () => {
  const arn = 'arn:aws:states:eu-west-1:111111111111:execution:gantry-production-run_test:run-1';
  it.each([
    ['gantry watch test_deploy-e4045f30-c2', '.'],
    ['npx gantry continue test/web --hook ecs-pause-1', ';'],
    ["npm run gantry -- continue test/web --hook 'two words' --rollback", ','],
    ['npm run demo -- --yes --strategy canary', ''],
    [`aws stepfunctions stop-execution --execution-arn ${arn}`, ''],
    ['aws ecs continue-service-deployment --hook-id x --action CONTINUE', '.'],
    [`https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/shop?a=b&c=d`, ').'],
  ])('%s is whole at 40, 80 and 160 columns', (copied, punctuation) => {
    const text = `The deployment waits for a person who says whether it is good. To answer: ${copied}${punctuation} After that it goes on.`;
    for (const columns of [40, 80, 160]) {
      const lines = wrapText(text, columns, chooseIndent(8, columns)).split('\n');
      expect(lines.filter((line) => line.includes(copied))).toHaveLength(1);
      for (const line of lines.filter((one) => measureWidth(one) > columns)) expect(line.trim()).toBe(copied);
    }
  });

  it.each([
    'gantry follows the release, and gantry watch shows it again to everybody who asks for it',
    'Gantry and aws do what they are told, whatever the words npm run local mean to somebody',
  ])('is not seen in prose: %s', (text) => {
    for (const line of wrapText(text, 30, 2).split('\n')) expect(measureWidth(line)).toBeLessThanOrEqual(30);
  });
});

describe('the width of a text', () => {
  it.each([
    [red('red'), 3],
    ['日本', 4],
    ['👩‍🚀', 2],
    ['e\u0301', 1],
    ['', 0],
  ])('of %j is %i', (text, columns) => {
    expect(measureWidth(text)).toBe(columns);
    expect(measureWidth(padToWidth(text, 6))).toBe(6);
  });

  it.each([
    ['abcdef', 3, 'abc'],
    ['abc', 3, 'abc'],
    ['日本語', 5, '日本'],
    [red('abcdef'), 2, red('ab')],
    ['abc', 0, 'a'],
  ])('of %j is cut to %i columns', (text, columns, expected) => {
    expect(cutToWidth(text, columns)).toBe(expected);
  });
});

describe('a list of tasks', () => {
  const list = (count: number) => Array.from({ length: count }, (_, id) => `(task ${id})`).join(' ');
  it.each([
    [`has started 1 tasks: ${list(1)}.`, 'has started 1 tasks: (task 0).'],
    [`has started 4 tasks: ${list(4)}.`, 'has started 4 tasks: (task 0) (task 1) (task 2) (task 3).'],
    [`has started 5 tasks: ${list(5)}.`, 'has started 5 tasks: (task 0) (task 1) (task 2) and 2 more.'],
    [
      `has stopped 200 running tasks: ${list(200)}.`,
      'has stopped 200 running tasks: (task 0) (task 1) (task 2) and 197 more.',
    ],
    [`${list(6)} and others`, '(task 0) (task 1) (task 2) and 3 more and others'],
  ])('%# is shortened', (text, expected) => {
    expect(shortenTaskLists(text)).toBe(expected);
  });
});

describe('ARNs for people', () => {
  const inBuild = 'eu-west-1:111111111111';
  it.each([
    [`gantry watch arn:aws:states:${inBuild}:execution:gantry-production-deploy:test_one`, 'gantry watch test_one'],
    [`arn:aws-cn:states:${inBuild}:stateMachine:gantry-production-deploy`, 'gantry-production-deploy'],
    ['arn:aws:ecs:eu-west-1:222222222222:task-definition/web:13', 'web:13'],
    ['(task arn:aws:ecs:eu-west-1:222222222222:task/shop/0123456789abcdef0123456789abcdef)', '(task 01234567)'],
    [`alarm arn:aws:cloudwatch:${inBuild}:alarm:web errors`, 'alarm web errors'],
    [`arn:aws:lambda:${inBuild}:function:hook:live`, 'hook:live'],
    ['assume arn:aws:iam::222222222222:role/test-deployment', 'assume arn:aws:iam::222222222222:role/test-deployment'],
    ['no ARN', 'no ARN'],
    [
      'the task 0123456789abcdef0123456789abcdef: https://console/tasks/0123456789abcdef0123456789abcdef?region=eu-west-1',
      'the task 01234567: https://console/tasks/0123456789abcdef0123456789abcdef?region=eu-west-1',
    ],
    [
      `aws stepfunctions stop-execution --execution-arn arn:aws:states:${inBuild}:execution:run_test:one`,
      `aws stepfunctions stop-execution --execution-arn arn:aws:states:${inBuild}:execution:run_test:one`,
    ],
  ])('%s becomes %s', (text, expected) => {
    expect(shortenArnsForPeople(text)).toBe(expected);
  });
});
