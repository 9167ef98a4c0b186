import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluateProgram, isPlatformInstalled } from './evaluate.ts';

const accounts = ['444444444440', '444444444441', '444444444442'];
/** The example with realistic accounts and a realistic connection, in another partition. */
const exampleIn = (region: string, partition: string): string =>
  ['111111111111', '222222222222', '333333333333']
    .reduce(
      (text, account, index) => text.replaceAll(account, accounts[index]!),
      readFileSync('gantry.config.ts', 'utf8'),
    )
    .replace('/00000000-', '/12345678-')
    .replaceAll('eu-west-1', region)
    .replaceAll('arn:aws:', `arn:${partition}:`);

describe.skipIf(!isPlatformInstalled)('the program that sst deploys, in another partition,', () => {
  it.each([
    ['cn-north-1', 'aws-cn', 'amazonaws.com.cn', 'cn-north-1.console.amazonaws.cn'],
    ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com', 'us-gov-west-1.console.amazonaws-us-gov.com'],
  ])(
    'names only ARNs, hosts and links of %s',
    async (region, partition, dnsSuffix, consoleHost) => {
      const { resources, outputs } = await evaluateProgram(exampleIn(region, partition), { region, partition });
      const text = JSON.stringify([resources, outputs]);
      const partitions = [...text.matchAll(/\barn:(aws[\w-]*):/g)].map(([, found]) => found);
      expect(new Set(partitions)).toEqual(new Set([partition]));
      const hosts = [...text.matchAll(/\d{12}\.dkr\.ecr\.[\w-]+\.([a-z.]+[a-z])/g)].map(([, found]) => found);
      expect(new Set(hosts)).toEqual(new Set([dnsSuffix]));
      const links = [...text.matchAll(/https:\/\/([\w.{}:-]+)\/(?:states|codesuite|ecs)\//g)].map(([, host = '']) =>
        host.replace('{Config:Region}', region),
      );
      expect(new Set(links)).toEqual(new Set([consoleHost]));
      expect(text).not.toContain('eu-west-1');
    },
    240_000,
  );
});
