import { ecrHostPatternSource, tryParseEcrHost } from '../image/ecr-host.ts';
import { shortenForeignText } from '../parsing/display-text.ts';

/** How ECS reports a failed pull of an image (ECS developer guide, "CannotPullContainer task errors"). */
const pullFailedPattern = /CannotPull\w{0,30}Error/i;
const deniedPattern = /403 Forbidden|not authorized|access denied|denied:/i;
const ecrImagePattern = new RegExp(String.raw`\b(?<host>${ecrHostPatternSource})\/(?<repository>[\w./-]+)[:@]`, 'i');

/** Explains what to do if ECR does not allow a task of this account to pull its image; undefined if the task stopped for another cause. */
export function formatPullAdvice(cause: string, account: string): string | undefined {
  if (!pullFailedPattern.test(cause) || !deniedPattern.test(cause)) return undefined;
  const { host = '', repository } = ecrImagePattern.exec(shortenForeignText(cause))?.groups ?? {};
  const owner = tryParseEcrHost(host)?.account;
  if (owner === undefined || repository === undefined) return undefined;
  const inPolicy =
    owner === account
      ? ''
      : `account ${account} in the policy of the ECR repository ${repository} (account ${owner}), and `;
  const on = owner === account ? `the ECR repository ${repository}` : 'it';
  return `ECR refused the pull: allow ecr:BatchGetImage and ecr:GetDownloadUrlForLayer to ${inPolicy}the task's execution role on ${on}.`;
}
