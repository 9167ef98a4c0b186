import type { Probe } from './probe.ts';
import { artifactsProbe } from './probe-artifacts.ts';
import { jobProbe } from './probe-job.ts';
import { lambdaJobProbe } from './probe-lambda-job.ts';
import { pollArnProbe } from './probe-poll-arn.ts';
import { servicesProbe } from './probe-services.ts';
import { stopProbe } from './probe-stop.ts';
import { taskTrustProbe } from './probe-task-trust.ts';
import { timeProbe } from './probe-time.ts';
import { trustProbe } from './probe-trust.ts';
import { workflowProbe } from './probe-workflow.ts';

/** All probes, in the order in which they run. The polls of the ARN's spellings come before a pipeline has a job. */
export const probes: readonly Probe[] = [
  servicesProbe,
  taskTrustProbe,
  artifactsProbe,
  timeProbe,
  pollArnProbe,
  jobProbe,
  trustProbe,
  lambdaJobProbe,
  workflowProbe,
  stopProbe,
];
