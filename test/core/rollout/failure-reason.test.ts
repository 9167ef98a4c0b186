import { describe, expect, it } from 'vitest';
import { createFailureReason } from '../../../core/rollout/failure-reason.ts';
import type { RolloutObservation } from '../../../core/rollout/observation.ts';
import { rolloutObservation, secondsAfterStart, serviceDeployment, serviceWith, stoppedTask } from './facts.ts';

describe('the reason of a failure', () => {
  it('begins with the sentence and continues with the data of ECS, the tasks first', () => {
    const seen = rolloutObservation({
      serviceDeployment: serviceDeployment({
        statusReason: 'tasks failed',
        circuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
      }),
      alarms: [{ name: '5xx', reason: 'Threshold Crossed' }],
      stoppedTasks: [stoppedTask(), stoppedTask(), stoppedTask({ stopCode: 'UserInitiated' })],
      service: serviceWith({
        events: [{ at: secondsAfterStart(60), message: '(service web) was unable to place a task.' }],
      }),
      log: { container: 'app', task: 'c0ffee00'.repeat(4), lines: ['not part of the reason'] },
    });
    const lines = createFailureReason('It failed.', seen).split('\n');
    expect(lines).toEqual([
      'It failed.',
      expect.stringMatching(
        /^Stopped tasks: 2 × EssentialContainerExited: .*app exited with code 1 \(last: [0-9a-f]{8}\)\.$/,
      ),
      'ECS counted 3 failed tasks; its circuit breaker gives up at 3.',
      'Alarm 5xx: Threshold Crossed',
      'ECS says: tasks failed',
      'Event 09:01:00 UTC: (service web) was unable to place a task.',
    ]);
  });

  const started = { at: secondsAfterStart(50), message: '(service web) has started 2 tasks.' };
  const unable = { at: secondsAfterStart(60), message: '(service web) was unable to place a task.' };
  const unhealthy = { at: secondsAfterStart(70), message: '(service web) (port 80) is unhealthy in (target-group x).' };
  it.each<[string, Partial<RolloutObservation>, string[]]>([
    [
      'the events about problems, the newest last',
      { service: serviceWith({ events: [unhealthy, unable, started] }) },
      ['unable', 'unhealthy'],
    ],
    ['any events, if there are no better ones', { service: serviceWith({ events: [started] }) }, ['started']],
    [
      'none that says less than the stopped tasks',
      { service: serviceWith({ events: [started] }), stoppedTasks: [stoppedTask()] },
      [],
    ],
  ])('contains of the events %s', (_, changes, words) => {
    const lines = createFailureReason('It failed.', rolloutObservation(changes))
      .split('\n')
      .filter((line) => line.startsWith('Event'));
    expect(lines).toEqual(words.map((word) => expect.stringContaining(word)));
  });

  it('names an alarm once if both ECS and Gantry found it, and omits that the alarm is in progress', () => {
    const seen = rolloutObservation({
      alarms: [{ name: '5xx', reason: 'Threshold Crossed' }],
      fired: [{ name: '5xx', reason: 'Threshold Crossed' }, { name: 'slow' }],
      serviceDeployment: serviceDeployment({ statusReason: 'ECS deployment ecs-svc/2 in progress.' }),
    });
    expect(createFailureReason('It failed.', seen)).toBe('It failed.\nAlarm 5xx: Threshold Crossed\nAlarm slow fired.');
  });

  it('is only the sentence if ECS shows nothing', () => {
    expect(createFailureReason('It failed.', rolloutObservation())).toBe('It failed.');
  });

  it('is within its limit for any amount of data', () => {
    const long = 'x'.repeat(3000);
    const events = Array.from({ length: 100 }, () => ({ at: secondsAfterStart(60), message: long }));
    const seen = rolloutObservation({
      stoppedTasks: [1, 2, 3, 4, 5, 6].map((exitCode) => stoppedTask({ stoppedReason: long + exitCode })),
      service: serviceWith({ events }),
    });
    expect(createFailureReason(long, seen).length).toBeLessThanOrEqual(3800);
  });
});
