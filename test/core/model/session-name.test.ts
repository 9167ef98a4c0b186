import { describe, expect, it } from 'vitest';
import { createSessionName } from '../../../core/model/session-name.ts';

describe('the session’s name', () => {
  it.each([
    ['arn:aws:states:eu-west-1:111111111111:execution:gantry-deploy:0f8fad5b-d9cb', '0f8fad5b-d9cb'],
    ['arn:aws:states:eu-west-1:111111111111:execution:gantry-deploy:a b/c:job.d', 'job.d'],
    ['by hand/ünder way', 'by-hand--nder-way'],
    ['x', 'x-'],
    [`e:${'n'.repeat(64)}`, 'n'.repeat(64)],
    [`e:${'n'.repeat(78)}-1`, `${'n'.repeat(31)}..${'n'.repeat(29)}-1`],
    [`e:${'n'.repeat(78)}-2`, `${'n'.repeat(31)}..${'n'.repeat(29)}-2`],
  ])('of %s is %s', (execution, name) => {
    expect(createSessionName(execution)).toBe(name);
  });
});
