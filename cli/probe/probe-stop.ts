import { z } from 'zod';
import { callAws, pollUntilFound, settleCall } from './context.ts';
import { type CallOutcome, judgeOutcome, toUnlisted } from './finding.ts';
import { defineProbe } from './probe.ts';

interface SeenStop {
  outcome: CallOutcome;
}

const deploymentsSchema = z.object({
  serviceDeployments: z.array(z.object({ serviceDeploymentArn: z.string(), status: z.string() })).default([]),
});

const stopErrors = {
  ConflictException: 'conflict',
  InvalidParameterException: 'invalid-parameter',
  ClientException: 'client',
  ServiceDeploymentNotFoundException: 'not-found',
};

/** Stops the deployment of the probe's own service after it has succeeded. With a desired count of 0, it succeeds without a task. */
export const stopProbe = defineProbe<SeenStop>({
  settles: ['stop-ended'],
  needs: ['cluster', 'taskDefinition', 'service'],
  async observe(context, seen) {
    const { cluster, service } = context.names;
    const ended = await pollUntilFound(context, { everyMs: 5000, limitMs: 180_000 }, async () => {
      const answer = await callAws(context, 'ecs', 'ListServiceDeployments', { cluster, service });
      return deploymentsSchema.parse(answer).serviceDeployments.find(({ status }) => status === 'SUCCESSFUL');
    });
    if (ended === undefined) return;
    const asked = { serviceDeploymentArn: ended.serviceDeploymentArn };
    seen.outcome = await settleCall(callAws(context, 'ecs', 'StopServiceDeployment', asked));
  },
  judge: ({ outcome }) => {
    if (outcome === undefined) return {};
    return {
      'stop-ended': 'value' in outcome ? toUnlisted({ accepted: true }) : judgeOutcome(outcome, '', stopErrors),
    };
  },
});
