import { expect, it } from 'vitest';
import { addContinueCommands } from '../../../core/rollout/continue-command.ts';
import { formatWaitingHook } from '../../../core/rollout/stage-sentences.ts';
import { trackStages } from '../../../core/rollout/track-stages.ts';
import example from '../../../infra/config.ts';
import { pauseHook, rolloutObservation, serviceDeployment } from './facts.ts';

const withPauseHooks = (pauseHooks: 'allow' | 'deny') => ({
  ...example,
  targets: example.targets.map((target) => ({ ...target, pauseHooks })),
});
const test = {
  roleArn: 'arn:aws:iam::222222222222:role/test-deployment',
  region: 'eu-west-1',
  cluster: 'web-shop',
  service: 'web',
};

it.each<[string, name: string | undefined, 'allow' | 'deny', hook: object, command: RegExp | undefined]>([
  ['allows it', 'test/web', 'allow', {}, /; to continue it: gantry continue test\/web --hook ecs-pause-1$/],
  ['denies it', 'test/web', 'deny', {}, undefined],
  ['is not configured', undefined, 'allow', {}, undefined],
  [
    'allows it, and the hook is for a function',
    'test/web',
    'allow',
    { waitsFor: 'function', status: 'IN_PROGRESS' },
    undefined,
  ],
  [
    "allows it, and the hook's id is a command of its own",
    'test/web',
    'allow',
    { id: "x; rm -rf '$HOME'" },
    /--hook 'x; rm -rf '\\''\$HOME'\\'''$/,
  ],
])(
  'the message about a hook that waits names the command only for a person, if the target %s',
  (_, name, pauseHooks, hook, command) => {
    const shown = { serviceDeployment: serviceDeployment({ hooks: [pauseHook(hook)] }) };
    const observation = rolloutObservation(shown);
    const tracked = { ...observation, progress: trackStages(observation, undefined) };
    const [waiting] = addContinueCommands(tracked, withPauseHooks(pauseHooks), { ...test, name }).progress!.waiting;
    const sentence = formatWaitingHook(waiting!);
    if (command === undefined) expect(sentence).not.toContain('gantry continue');
    else expect(sentence).toMatch(command);
  },
);
