import { z } from 'zod';
import type { ProbeCredentials } from '../../aws/probe/client.ts';
import { callAws, Denied, type ProbeContext, pollUntilFound, settleCall } from './context.ts';
import { type Findings, toAnswered, toUnlisted } from './finding.ts';
import { defineProbe } from './probe.ts';
import { roleDelayMs } from './role-delay.ts';
import { allowActions, formatPolicy } from './role-resources.ts';

/** Whether a session whose policy allows only one spelling of the ARN can poll. */
interface SeenSpellings {
  actiontype: boolean;
  actionType: boolean;
}

const credentialsSchema = z.object({
  Credentials: z.object({ AccessKeyId: z.string(), SecretAccessKey: z.string(), SessionToken: z.string() }),
});

/** The shortest session that STS offers (botocore sts roleDurationSecondsType). */
const sessionSeconds = 900;

async function assumePoller({ names, ...context }: ProbeContext, resource: string): Promise<ProbeCredentials> {
  const answer = await callAws({ names, ...context }, 'sts', 'AssumeRole', {
    RoleArn: names.roleArn(names.roles.poller),
    RoleSessionName: 'probe',
    DurationSeconds: sessionSeconds,
    Policy: formatPolicy([allowActions(['codepipeline:PollForJobs'], resource)]),
  });
  const { AccessKeyId, SecretAccessKey, SessionToken } = credentialsSchema.parse(answer).Credentials;
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** No pipeline uses the action type yet, so the poll receives no job. Any answer except a denial means that IAM allowed the poll. */
async function canPoll(context: ProbeContext, resource: string): Promise<boolean> {
  const asked = { actionTypeId: context.names.actionType };
  const session = await assumePoller(context, resource);
  const outcome = await settleCall(callAws(context, 'codepipeline', 'PollForJobs', asked, session));
  return !('error' in outcome && /AccessDenied/.test(outcome.error));
}

/** STS denies a new role until IAM has distributed it. A denial after a minute means that the user lacks the permission. */
async function waitForRole(context: ProbeContext): Promise<void> {
  let denied: Denied | undefined;
  const isReady = await pollUntilFound(context, { everyMs: 5000, limitMs: roleDelayMs }, async () => {
    const able = await canPoll(context, '*').catch((error: unknown) => {
      if (error instanceof Denied) denied = error;
      else throw error;
    });
    return able === true ? true : undefined;
  });
  if (isReady === true) return;
  throw denied ?? Object.assign(new Error('No session can poll.'), { name: 'NoSessionAllowed' });
}

const spellings = ['actiontype', 'actionType'] as const;

function judgeSpellings(seen: Partial<SeenSpellings>): Findings {
  const allowed = spellings.filter((spelling) => seen[spelling]);
  if (spellings.some((spelling) => seen[spelling] === undefined)) return {};
  const [only, ...more] = allowed;
  const isOne = only !== undefined && more.length === 0;
  return { 'poll-arn': isOne ? toAnswered(only) : toUnlisted({ allowedSpellings: allowed.length }) };
}

/** Polls in sessions of one role whose policies each allow one spelling of the action type's ARN. */
export const pollArnProbe = defineProbe<SeenSpellings>({
  settles: ['poll-arn'],
  needs: ['pollerRole', 'actionType'],
  async observe(context, seen) {
    const { owner, category, provider, version } = context.names.actionType;
    await waitForRole(context);
    for (const spelling of spellings)
      seen[spelling] = await canPoll(
        context,
        context.names.arn('codepipeline', `${spelling}:${owner}/${category}/${provider}/${version}`),
      );
  },
  judge: judgeSpellings,
});
