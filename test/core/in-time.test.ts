import { expect, it } from 'vitest';
import { inTime } from '../../core/in-time.ts';

const deadline = '2026-11-23T10:00:00.000Z';

it.each([
  ['lets a release go on before its deadline', '2026-11-23T09:59:59Z', undefined],
  [
    'ends one whose deadline has come',
    '2026-11-23T10:00:00Z',
    /register a revision before its deadline, 2026-11-23T10:00/,
  ],
])('%s', (_, now, says) => {
  const asked = () => inTime({ deadline }, new Date(now), 'register a revision');
  if (says === undefined) expect(asked).not.toThrow();
  else expect(asked).toThrow(expect.objectContaining({ name: 'JobFailed', message: expect.stringMatching(says) }));
});
