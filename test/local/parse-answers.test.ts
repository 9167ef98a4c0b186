import { describe, expect, it } from 'vitest';
import { otherAnswers } from '../../local/assumptions/answers.ts';
import { parseAnswerOptions } from '../../local/run/parse-answers.ts';

const [first, second] = otherAnswers.filter(({ id }, at) => otherAnswers.findIndex((other) => other.id === id) === at);
const written = ({ id, answer }: { id: string; answer: string }): string => `${id}=${answer}`;

describe('the answers of --assume', () => {
  it('can be one for each of several assumptions', () => {
    expect(parseAnswerOptions('assume', [written(first!), written(second!)])).toEqual([first, second]);
  });

  it.each([
    [
      'two answers to one assumption',
      [first!, second!, first!],
      `--assume gives ${first!.id} the answers "${first!.answer}", "`,
    ],
    [
      'an assumption that does not exist',
      [{ id: 'nope', answer: 'x' }],
      '--assume nope=x: There is no assumption "nope"',
    ],
    [
      'an answer that does not exist',
      [{ ...first!, answer: 'nope' }],
      `"nope" is no answer to ${first!.id}; the answers are`,
    ],
  ])('are refused if they have %s', (_, answers, says) => {
    expect(() => parseAnswerOptions('assume', answers.map(written))).toThrow(says);
  });
});
