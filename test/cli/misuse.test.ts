import { describe, expect, it } from 'vitest';
import { commonOptions } from '../../cli/arguments.ts';
import { main } from '../../cli/main.ts';
import type { UnconfiguredContext } from '../../cli/run-verb.ts';
import { verbs } from '../../cli/verbs.ts';
import config from '../../infra/config.ts';

// No test here may call AWS: nothing listens on this port.
Object.assign(process.env, { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_REGION: 'eu-west-1' });

async function gantry(
  argv: string[],
  configured = config,
  program = 'gantry',
): Promise<{ exitCode: number; out: string; err: string }> {
  const printed = { out: '', err: '' };
  const context: UnconfiguredContext = {
    program,
    loadConfig: () => ({ config: configured, configFile: 'gantry.config.ts' }),
    now: () => new Date(0),
    sleep: async () => {},
    uuid: () => '',
    interrupted: new AbortController().signal,
    out(text) {
      printed.out += text;
    },
    err(text) {
      printed.err += text;
    },
  };
  return { exitCode: await main(argv, context), ...printed };
}

const image = ['--image', 'app=111111111111.dkr.ecr.eu-west-1.amazonaws.com/web-shop:1'];

describe('a wrong call:', () => {
  it.each([
    [[], 'The verb is missing.'],
    [['--config', 'x', 'status'], 'The first argument must be a verb, but it is "--config".'],
    [['-v'], 'The first argument must be a verb, but it is "-v".'],
    [['deplyo'], 'There is no verb "deplyo"'],
    [['constructor'], 'There is no verb "constructor"'],
    [['deploy'], 'deploy needs the name of a target, such as test/web.'],
    [['deploy', 'test/web', 'prod/web', ...image], 'nothing more; found also "prod/web"'],
    [
      ['deploy', 'test/wob', ...image],
      'No target is named "test/wob" in gantry.config.ts; there are: test/web, prod/web.',
    ],
    [['deploy', 'test/web'], 'Give one of --image, --artifact and --revision; found none.'],
    [['deploy', 'test/web', ...image, '--revision', 'web:12'], 'found 2'],
    [
      ['deploy', 'test/web', '--image', 'nginx'],
      '--image is "nginx"; it must be the container\'s name, =, and the image',
    ],
    [['deploy', 'test/web', '--image', 'app=NGINX:1'], 'capital letters'],
    [['deploy', 'test/web', '--artifact', 'bucket/key'], '--artifact is "bucket/key"; it must be s3://BUCKET/KEY'],
    [
      ['deploy', 'test/web', '--revision', '12'],
      '--revision is "12"; it must be a family and a number, such as web:12.',
    ],
    [
      ['deploy', 'test/web', ...image, '--timeout', 'soon'],
      '--timeout is "soon"; it must be a whole number from 1 to 1440.',
    ],
    [['deploy', 'test/web', ...image, '--timeout', '1441'], '--timeout is "1441"'],
    [['deploy', 'test/web', ...image, '--bake', '1400'], 'bakeMinutes: must leave room for the time-out'],
    [['deploy', 'test/web', ...image, '--reason', ''], '--reason is empty.'],
    [['deploy', 'test/web', ...image, '--pipeline', 'team'], '--pipeline needs --dry-run'],
    [
      ['deploy', 'prod/web', ...image, '--dry-run', '--pipeline', 'team'],
      'The pipeline "team" is not allowed to deploy to prod/web; allowed are: web-shop-production.',
    ],
    [['deploy', 'test/web', ...image, '--stage', 'Über'], 'The stage "Über" must be'],
    [
      ['redeploy', 'test/web', ...image],
      "Unknown option '--image'. redeploy has --stage, --config, --json, --help, --timeout",
    ],
    [
      ['rollback', 'test/web', '--to', 'web'],
      '--to is "web"; it must be a family and a number, such as web:12. See: gantry rollback --help',
    ],
    [['history', 'test/web', '--limit', '0'], '--limit is "0"; it must be a whole number from 1 to 1000.'],
    [['status', 'nobody'], 'No target is named "nobody"'],
    [['template'], 'template takes build, or target and the name of a target; found "".'],
    [['template', 'test'], 'template takes build, or target and the name of a target; found "test".'],
    [['template', 'build', 'test'], 'template takes build, or target and the name of a target; found "build test".'],
    [['template', 'target'], 'template target needs the name of a target; there are: test, prod.'],
    [['template', 'target', 'tset'], 'No target is named "tset" in gantry.config.ts; there are: test, prod.'],
    [['template', 'target', 'test', '--stage', 'UPPER'], 'The stage "UPPER" must be'],
    [['package', '--out='], '--out is empty.'],
    [['package', 'here'], 'package takes only options; found "here".'],
    [['package'], 'build.account is the example\'s "111111111111"'],
    [['run', '--container', 'app', '--', 'test/web', 'ls'], 'run needs the name of a target, such as test/web.'],
    [
      ['run', 'test/web', 'prod/web', '--container', 'app', '--', 'ls'],
      'run takes one target before --; found also "prod/web".',
    ],
    [['history', 'test/web', '--limit', '5', '--limit=6'], '--limit takes one value, but is given "5", "6".'],
    [
      ['run', 'test/web', '--container', 'app', 'ls', '--container', 'log'],
      '--container takes one value, but is given "app", "log". See: gantry run --help',
    ],
    [['watch'], 'watch needs a target such as test/web, or an execution.'],
  ])('%j exits with 2 and prints one sentence on standard error', async (argv, sentence) => {
    const { exitCode, out, err } = await gantry(argv);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toContain(sentence);
  });

  it.each([...verbs])('%s refuses each option of one value that is given twice', async (word, { load }) => {
    const { options } = await load();
    const single = Object.entries({ ...commonOptions, ...options }).filter(
      ([, { type, multiple }]) => type === 'string' && multiple !== true,
    );
    expect(single.length).toBeGreaterThan(1);
    for (const [name] of single) {
      const { exitCode, out, err } = await gantry([word, `--${name}=1`, `--${name}`, '2']);
      expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
      expect(err).toBe(`--${name} takes one value, but is given "1", "2". See: gantry ${word} --help\n`);
    }
  });

  it('--json prints the error as a line of JSON', async () => {
    const { exitCode, out, err } = await gantry(['deploy', 'test/web', '--json']);
    expect({ exitCode, err }).toEqual({ exitCode: 2, err: '' });
    expect(JSON.parse(out)).toMatchObject({
      type: 'error',
      exitCode: 2,
      message: expect.stringContaining('Give one of'),
    });
  });

  it.each([
    [['deplyo', '--json'], 'There is no verb "deplyo"; there are: deploy, '],
    [['--json'], 'The first argument must be a verb, but it is "--json"; there are'],
  ])('%j prints an unknown verb as a line of JSON', async (argv, sentence) => {
    const { exitCode, out, err } = await gantry(argv);
    expect({ exitCode, err }).toEqual({ exitCode: 2, err: '' });
    expect(JSON.parse(out)).toMatchObject({ type: 'error', exitCode: 2, message: expect.stringContaining(sentence) });
  });
});

describe('--help', () => {
  it.each(['deploy', 'redeploy'])('of %s lists the defaults of the settings', async (verb) => {
    const { out } = await gantry([verb, '--help']);
    expect(out).toMatch(/--timeout MINUTES [^(]*\(default: the service's own, else 60\)/);
    expect(out).toMatch(/--bake MINUTES [^(]*\(default: the service's own, else 0\)/);
  });

  it.each([...verbs.keys()])(
    'of %s prints its help, whose first line is in the general help, and exits with 0',
    async (verb) => {
      const { exitCode, out } = await gantry([verb, '--help']);
      expect(exitCode).toBe(0);
      expect(out).toMatch(new RegExp(`^gantry ${verb} `));
      expect(out).toMatch(/\n {2}--help\n/);
      expect((await gantry(['--help'])).out).toContain(out.split('\n')[0]!.replace('gantry ', ''));
      for (const other of [
        ['help', verb],
        ['--help', verb],
        ['-h', verb],
      ])
        expect((await gantry(other)).out).toBe(out);
    },
  );

  it('names the command as the user typed it, once', async () => {
    const { out } = await gantry(['template', '--help'], config, 'npx gantry');
    expect(out.match(/(npx )+gantry \w+/g)).toEqual(['npx gantry template', 'npx gantry package']);
  });
});

describe("with manualDeploys: 'deny' on prod,", () => {
  const denied = {
    ...config,
    targets: config.targets.map((target) =>
      target.name === 'prod' ? { ...target, manualDeploys: 'deny' as const } : target,
    ),
  };
  const [{ name = '' } = {}] = config.pipelines;

  it.each<[argv: string[], exitCode: number, says: string]>([
    [['deploy', 'prod/web', ...image], 2, 'The target prod allows no manual deployments'],
    [['deploy', 'prod/web', ...image, '--dry-run'], 2, "manualDeploys is 'deny' in gantry.config.ts"],
    [['redeploy', 'prod/web'], 2, 'Manual rollbacks are allowed.'],
    [
      ['deploy', 'prod/web', '--revision', 'web:1', '--dry-run', '--pipeline', `${name}-production`],
      4,
      'No AWS credentials',
    ],
    [['rollback', 'prod/web'], 4, 'No AWS credentials'],
    [['redeploy', 'test/web'], 4, 'No AWS credentials'],
    [['continue', 'test/web'], 2, "The target test does not let Gantry answer pause hooks (pauseHooks is 'deny' in"],
  ])('%j exits with %d: 2 before AWS is called, and 4 without credentials for it', async (argv, exitCode, says) => {
    const ran = await gantry(argv, denied);
    expect([ran.exitCode, ran.out + ran.err]).toEqual([exitCode, expect.stringContaining(says)]);
  });
});
