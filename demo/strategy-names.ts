/** The strategies that the demo can play, each with a deployment configuration of a service (docs/strategies.md). */
export const demoConfigurations = {
  'blue-green': { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 2 },
  canary: {
    strategy: 'CANARY',
    canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 },
    bakeTimeInMinutes: 1,
  },
  linear: {
    strategy: 'LINEAR',
    linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: 1 },
    bakeTimeInMinutes: 1,
  },
} as const;

export type DemoStrategy = keyof typeof demoConfigurations;

export const demoStrategies = Object.keys(demoConfigurations).filter(
  (name): name is DemoStrategy => name in demoConfigurations,
);
