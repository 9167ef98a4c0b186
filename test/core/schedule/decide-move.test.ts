import { expect, test as it } from 'vitest';
import { decideScheduleMove } from '../../../core/schedule/decide-move.ts';

const arn = (revision: string) => `arn:aws:ecs:eu-west-1:222222222222:task-definition/${revision}`;

/** A release of web:8. When the release was checked, the schedule ran `observed`. */
it.each([
  ['nobody changed it', 'web:7', 'web:7', 'move from web:7'],
  ['it ran an older revision for a long time', 'web:3', 'web:3', 'move from web:3'],
  ['the release deploys an older revision again', 'web:9', 'web:9', 'move from web:9'],
  ['an earlier try has moved it', 'web:7', 'web:8', 'keep, it ran web:7'],
  ['it ran the revision before', 'web:8', 'web:8', 'keep'],
  ['another release moved it forward in between', 'web:6', 'web:7', 'move from web:7'],
  ['a newer release has moved it already', 'web:7', 'web:9', 'changed during the release from web:7 to web:9'],
  ['somebody moved it back', 'web:7', 'web:5', 'changed during the release from web:7 to web:5'],
  ['somebody gave it another family', 'web:7', 'worker:2', 'runs worker:2 now, which is of another family than web:8'],
  ['somebody removed its revision', 'web:7', 'web', 'names no revision of web'],
  ['its target is new', undefined, 'web:7', 'did not run this family when the release was checked'],
])('if %s, %s → %s: %s', (_, observed, current, expected) => {
  const decision = decideScheduleMove({
    name: 'the schedule default/nightly',
    current: arn(current),
    observed: observed && arn(observed),
    wanted: arn('web:8'),
  });
  const short = (from: string) => from.split('/').at(-1);
  const found = {
    move: () => `move from ${'from' in decision && short(decision.from ?? '')}`,
    keep: () => ('from' in decision && decision.from ? `keep, it ran ${short(decision.from)}` : 'keep'),
    leave: () => ('warning' in decision ? decision.warning : ''),
  }[decision.do]();
  if (decision.do === 'leave') expect(found).toMatch(/^Not moved: the schedule default\/nightly /);
  expect(found).toContain(expected);
});
