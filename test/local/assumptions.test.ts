import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { otherAnswers, parseSelectedAnswer, selectAnswers } from '../../local/assumptions/answers.ts';
import type { Assumption } from '../../local/assumptions/assumption.ts';
import { formatAssumptionsDocument } from '../../local/assumptions/format-document.ts';
import { assumptions } from '../../local/assumptions/list.ts';

const root = join(import.meta.dirname, '..', '..');
const emulatorSources = globSync('local/**/*.ts', { cwd: root })
  .filter((file) => !/assumptions.(codepipeline|ecs|other)/.test(file))
  .map((file) => readFileSync(join(root, file), 'utf8'));
const entries: [string, Assumption][] = Object.entries(assumptions);

describe('the list of assumptions', () => {
  it.each(entries)('%s has its default among at least two answers', (_, { answers, default: preset }) => {
    expect(Object.keys(answers)).toContain(preset);
    expect(Object.keys(answers).length).toBeGreaterThan(1);
  });

  it.each(entries.filter(([, { notPlayable }]) => notPlayable === undefined))(
    '%s is used somewhere in the emulator outside the list',
    (id) => {
      const asked = emulatorSources.some((source) => source.includes(`answers['${id}']`));
      expect(asked).toBe(true);
    },
  );

  it('is what docs/assumptions.md says (npm run assumptions:write)', () => {
    expect(readFileSync(join(root, 'docs/assumptions.md'), 'utf8')).toBe(formatAssumptionsDocument());
  });
});

describe('selecting an answer', () => {
  it('replaces the default and leaves the others', () => {
    const answers = selectAnswers({ id: 'poll-nonce', answer: 'renewed' });
    expect(answers).toEqual({ ...selectAnswers(), 'poll-nonce': 'renewed' });
  });

  it.each([
    ['an unknown id', 'nonce=renewed', 'There is no assumption "nonce"; there are poll-nonce, '],
    ['an unknown answer', 'poll-nonce=maybe', '"maybe" is no answer to poll-nonce; the answers are kept, renewed.'],
    ['no answer', 'poll-nonce', '"" is no answer to poll-nonce; the answers are kept, renewed.'],
    ['the name of an inherited property', 'poll-nonce=toString', '"toString" is no answer to poll-nonce'],
  ])('refuses %s, and lists what exists', (_, typed, says) => {
    expect(() => selectAnswers(parseSelectedAnswer(typed))).toThrow(says);
  });

  it('plays every answer but the defaults', () => {
    const all = entries.flatMap(([id, { answers }]) => Object.keys(answers).map((answer) => `${id}=${answer}`));
    const defaults = entries.map(([id, one]) => `${id}=${one.default}`);
    const played = otherAnswers.map(({ id, answer }) => `${id}=${answer}`);
    expect(all.filter((each) => !defaults.includes(each) && !played.includes(each))).toEqual([]);
  });
});
