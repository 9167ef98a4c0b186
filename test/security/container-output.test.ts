import { describe, expect, it } from 'vitest';
import example from '../../infra/config.ts';
import { startAttackedSystem } from './attacked-system.ts';

/*
 * The attacker is allowed to read Gantry's events, its ledger and its functions' logs, but not the logs of the containers. The application writes a secret to
 * the containers' logs.
 */

const secret = 'the-password-is-swordfish';
const key = `AKIA${'ABCD'.repeat(4)}`;
const crash = Object.fromEntries([
  ['then', 'crash'],
  ['exitCode', 3],
  ['log', ['starting', secret, `using ${key}`, '\u001b[2J\u009b31mcleared']],
]);

/** Deploys an image that writes the secret and crashes. Collects everything that Gantry writes meanwhile. */
async function crashIn(world: Awaited<ReturnType<typeof startAttackedSystem>>) {
  const events: string[] = [];
  world.cloud.eventListeners.push((event) => {
    if (event.source === 'gantry') events.push(JSON.stringify(event));
  });
  const digest = await world.push('crash', 'it writes a secret', undefined, crash);
  const images = [{ name: 'app', imageUri: `${world.repository.uri}@${digest}` }];
  const { status, message } = await world.deploy({ target: 'test/web', images });
  const entries = await world.admin('111111111111')('dynamodb', 'Query', {
    TableName: world.system.table.name,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'service#222222222222/eu-west-1/web-shop/web' } },
  });
  return { status, message, events: events.join('\n'), ledger: JSON.stringify(entries), log: world.log.join('\n') };
}

describe('what a container writes before it crashes', () => {
  it('is in the message of the failure, without keys and terminal sequences, and nowhere else', async () => {
    const { status, message, ...others } = await crashIn(await startAttackedSystem());
    expect(status).toBe('FAILED');
    expect(message).toContain(`  ${secret}\n  using [redacted]\n`);
    expect(message).not.toContain(key);
    expect(message).toContain('  \\u009b31mcleared');
    for (const [where, text] of Object.entries(others)) {
      expect(text, where).toContain('Stopped tasks: ');
      expect(text, where).not.toContain(secret);
      expect(text, where).not.toContain(key);
    }
  });

  it("is not even in the message if the service's logTail is off, and its log is not read", async () => {
    const targets = example.targets.map((target) => ({
      ...target,
      services: target.services.map((service) => ({ ...service, logTail: 'off' as const })),
    }));
    const world = await startAttackedSystem({ targets });
    const { message } = await crashIn(world);
    expect(message).toContain('Stopped tasks: ');
    expect(message).not.toContain(secret);
    expect(world.cloud.authorizations.filter(({ action }) => action === 'logs:GetLogEvents')).toEqual([]);
  });
});
