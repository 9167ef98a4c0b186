const healthyBehavior = '{"startSeconds":5}';
const defaults = { desired: 2, breaker: 'off', slow: true } as const;

const pauseBeforeTraffic = (timeoutInMinutes: number) => ({
  strategy: 'BLUE_GREEN',
  bakeTimeInMinutes: 0,
  lifecycleHooks: [
    {
      targetType: 'PAUSE',
      lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
      timeoutConfiguration: { timeoutInMinutes, action: 'ROLLBACK' },
    },
  ],
});

/** Scenarios in which ECS shifts traffic or waits for a person. They last as long as their bake times and pauses. */
export const strategyScenarios = [
  {
    ...defaults,
    id: 'traffic-shift',
    title: 'blue/green, healthy (bakes for 1 min)',
    truth: 'success',
    image: healthyBehavior,
    fact: 'completed',
    strategy: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 },
  },
  {
    ...defaults,
    id: 'traffic-canary',
    title: 'canary, alarm in the first step',
    truth: 'failure',
    image: healthyBehavior,
    fact: 'failed',
    strategy: { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 5 } },
    meanwhile: { does: 'alarm', afterSeconds: 75 },
  },
  {
    ...defaults,
    id: 'traffic-pause',
    title: 'pause that somebody ends after 20 min',
    truth: 'success',
    image: healthyBehavior,
    fact: 'completed',
    strategy: pauseBeforeTraffic(60),
    meanwhile: { does: 'continue', afterSeconds: 1200 },
    limitMinutes: 25,
  },
  {
    ...defaults,
    id: 'traffic-expired',
    title: 'pause that nobody ends (2 min)',
    truth: 'failure',
    image: healthyBehavior,
    fact: 'timed out',
    strategy: pauseBeforeTraffic(2),
  },
] as const;
