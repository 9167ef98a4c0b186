import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * A stand-in for awscli that makes a common call fast: `aws ecr get-login-password` calls the embedded ECR without starting
 * Python. Every other command runs the next `aws` on the PATH.
 */
async function runAws(args: string[]): Promise<number> {
  if (args[0] === 'ecr' && args[1] === 'get-login-password') return printLoginPassword(args);
  const real = findRealAws();
  if (real !== undefined) return spawnSync(real, args, { stdio: 'inherit' }).status ?? 1;
  process.stderr.write(
    `aws: awscli is not installed on this machine; without it only 'aws ecr get-login-password' works\n`,
  );
  return 127;
}

async function printLoginPassword(args: string[]): Promise<number> {
  const { ECRClient, GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr');
  const at = args.indexOf('--region');
  const region = at === -1 ? process.env.AWS_REGION : args[at + 1];
  const client = new ECRClient(region === undefined ? {} : { region });
  try {
    const { authorizationData = [] } = await client.send(new GetAuthorizationTokenCommand({}));
    const token = Buffer.from(authorizationData[0]?.authorizationToken ?? '', 'base64').toString();
    process.stdout.write(`${token.slice(token.indexOf(':') + 1)}\n`);
    return 0;
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    process.stderr.write(
      `\nAn error occurred (${name}) when calling the GetAuthorizationToken operation: ${message}\n`,
    );
    return 254;
  }
}

/** Finds the next `aws` on the PATH after the folder of the stand-ins, which comes first. */
function findRealAws(): string | undefined {
  const [own, ...folders] = (process.env.PATH ?? '').split(delimiter);
  return folders
    .filter((folder) => folder !== own)
    .map((folder) => join(folder, 'aws'))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

process.exitCode = await runAws(process.argv.slice(2));
