import { describe, expect, it } from 'vitest';
import { adaptMessage, chooseProgramName } from '../../cli/message-wording.ts';

const npm11 = { npm_config_user_agent: 'npm/11.19.1 node/v24.0.0 linux x64 workspaces/false' };
const pnpm = { npm_config_user_agent: 'pnpm/9.15.9 npm/? node/v24.0.0 linux x64' };
const bun = { npm_config_user_agent: 'bun/1.4.5 npm/? node/v26.3.0 linux x64' };

describe('the name of the program in messages', () => {
  it.each([
    ['in a checkout', {}, false, 'npm run gantry --'],
    [
      'in a checkout, started by npm',
      { npm_command: 'run-script', npm_lifecycle_event: 'gantry' },
      false,
      'npm run gantry --',
    ],
    ['from the PATH', {}, true, 'gantry'],
    [
      'by npx',
      { npm_command: 'exec', npm_lifecycle_event: 'npx', npm_lifecycle_script: 'gantry status' },
      true,
      'npx gantry',
    ],
    // The variables that npm 11.19, pnpm 9.15, Yarn 1.22 and Bun 1.4 set.
    [
      'by npx of npm 11 without a verb',
      { ...npm11, npm_command: 'exec', npm_lifecycle_event: 'npx', npm_lifecycle_script: 'gantry' },
      true,
      'npx gantry',
    ],
    [
      'by a script that takes the verb, with npm 11',
      { ...npm11, npm_command: 'run', npm_lifecycle_event: 'ship', npm_lifecycle_script: 'gantry' },
      true,
      'npm run ship --',
    ],
    ['by pnpm', { ...pnpm, npm_command: 'run-script' }, true, 'pnpm gantry'],
    ['by pnpm exec', { ...pnpm, npm_command: 'exec' }, true, 'pnpm gantry'],
    [
      'by a script that takes the verb, with pnpm',
      { ...pnpm, npm_command: 'run-script', npm_lifecycle_event: 'ship', npm_lifecycle_script: 'gantry' },
      true,
      'pnpm run ship',
    ],
    [
      'by Yarn',
      { npm_config_user_agent: 'yarn/1.22.22 npm/? node/v24.0.0', npm_lifecycle_event: 'gantry' },
      true,
      'yarn gantry',
    ],
    [
      'by Bun',
      { ...bun, npm_command: 'exec', npm_lifecycle_event: 'bunx', npm_lifecycle_script: 'gantry' },
      true,
      'bunx gantry',
    ],
    [
      'by a script that takes the verb, with Bun',
      { ...bun, npm_command: 'run-script', npm_lifecycle_event: 'ship', npm_lifecycle_script: 'gantry' },
      true,
      'bun run ship',
    ],
    ['in a checkout, started by pnpm', pnpm, false, 'npm run gantry --'],
    [
      'by a script that takes the verb',
      { npm_command: 'run-script', npm_lifecycle_event: 'ship', npm_lifecycle_script: 'gantry' },
      true,
      'npm run ship --',
    ],
    [
      'by a script with a verb of its own',
      { npm_command: 'run-script', npm_lifecycle_event: 'ship', npm_lifecycle_script: 'gantry deploy test/web' },
      true,
      'npx gantry',
    ],
  ])('is what the user typed: %s', (_, env, packaged, program) => {
    expect(chooseProgramName(env, packaged)).toBe(program);
  });
});

describe('a message', () => {
  const reader = { program: 'npx gantry', configFile: 'shop/gantry.config.json' };
  it.each([
    ['See: gantry deploy --help', 'See: npx gantry deploy --help'],
    [
      'gantry rollback test/web --to FAMILY:N; gantry doctor',
      'npx gantry rollback test/web --to FAMILY:N; npx gantry doctor',
    ],
    ['Gantry changed nothing in the cluster gantry.', 'Gantry changed nothing in the cluster gantry.'],
    ['the role gantry-deploy', 'the role gantry-deploy'],
    ['the pipeline gantry deploys', 'the pipeline gantry deploys'],
    ['Add it to registries in gantry.config.ts.', 'Add it to registries in shop/gantry.config.json.'],
    ['/srv/gantry.config.ts:3: unexpected', '/srv/gantry.config.ts:3: unexpected'],
    ['gantry.config.tsx', 'gantry.config.tsx'],
  ])('%j is %j', (message, adapted) => {
    expect(adaptMessage(message, reader)).toBe(adapted);
  });

  it('keeps the name of the configuration if none was loaded', () => {
    expect(adaptMessage('in gantry.config.ts', { program: 'gantry' })).toBe('in gantry.config.ts');
  });
});
