import { describe, expect, it } from 'vitest';
import { judgeJob, type SeenJob } from '../../cli/probe/judge-job.ts';
import { judgeArtifacts } from '../../cli/probe/probe-artifacts.ts';
import { judgeServices } from '../../cli/probe/probe-services.ts';
import { judgeTrust } from '../../cli/probe/probe-task-trust.ts';
import type { SeenService } from '../../cli/probe/read-services.ts';
import { formatReport, reportFindings } from '../../cli/probe/report.ts';

const at = (second: number) => new Date(second * 1000);

const service = (more: Partial<SeenService>): SeenService => ({
  serviceArn: 'arn:aws:ecs:eu-west-1:111111111111:service/shop/web',
  serviceName: 'web',
  clusterArn: 'arn:aws:ecs:eu-west-1:111111111111:cluster/shop',
  runningCount: 1,
  deploymentController: { type: 'ECS' },
  loadBalancers: [],
  deployments: [],
  events: [],
  history: [],
  ...more,
});

const deployment = (more: Partial<SeenService['deployments'][number]> = {}) => ({
  id: 'ecs-svc/1',
  status: 'PRIMARY',
  rolloutState: 'COMPLETED',
  createdAt: at(0),
  ...more,
});

const entry = (more: Partial<SeenService['history'][number]>) => ({
  serviceDeploymentArn: 'arn:aws:ecs:eu-west-1:111111111111:service-deployment/shop/web/1',
  status: 'SUCCESSFUL',
  createdAt: at(0),
  ...more,
});

const canary = { deploymentConfiguration: { strategy: 'CANARY' }, history: [entry({ status: 'IN_PROGRESS' })] };
const { rolloutState: _, ...withoutState } = deployment();

/** Services, the assumption that they are about, and the finding. */
const services: [what: string, services: Partial<SeenService>[], id: string, finding: object][] = [
  ['nothing', [], 'rollout-state', { state: 'not observed', reason: 'no service with rolling updates' }],
  [
    'a service behind a Classic Load Balancer',
    [{ deployments: [withoutState], loadBalancers: [{ loadBalancerName: 'old' }] }],
    'rollout-state',
    { state: 'not observed' },
  ],
  [
    'a service of CodeDeploy',
    [{ deployments: [withoutState], deploymentController: { type: 'CODE_DEPLOY' } }],
    'rollout-state',
    { state: 'not observed' },
  ],
  ['one deployment without a state', [{ deployments: [withoutState] }], 'rollout-state', { answer: 'absent' }],
  [
    'an unknown status',
    [{ deployments: [deployment({ status: 'DRAINING' })] }],
    'status-values',
    { answer: 'others', observed: { statuses: 1, others: 'DRAINING' } },
  ],
  [
    'lists in different orders',
    [
      {
        deployments: [deployment({ createdAt: at(2) }), deployment()],
        history: [entry({}), entry({ createdAt: at(2) })],
      },
    ],
    'list-order',
    { state: 'unlisted', observed: { pairs: 2, mixed: true } },
  ],
  ['items of the same time', [{ deployments: [deployment(), deployment()] }], 'list-order', { state: 'not observed' }],
  [
    'a rollback before the newest deployment',
    [{ deployments: [deployment()], history: [entry({ createdAt: at(9) }), entry({ status: 'ROLLBACK_SUCCESSFUL' })] }],
    'rollback-id',
    { state: 'not observed' },
  ],
  ...(
    [
      ['dated within a second', at(0.9), 'SUCCESSFUL', '1', { answer: 'same' }],
      ['dated a second earlier', at(-1), 'SUCCESSFUL', '1', { answer: 'history-earlier' }],
      ['dated a second later', at(1), 'SUCCESSFUL', '1', { answer: 'history-later' }],
      ['in progress', at(0), 'IN_PROGRESS', '1', { state: 'not observed' }],
      ['of another deployment than PRIMARY', at(0), 'SUCCESSFUL', '12', { state: 'not observed' }],
    ] as const
  ).map(([what, createdAt, status, number, finding]): (typeof services)[number] => {
    const targetServiceRevisionArn = `arn:aws:ecs:eu-west-1:111111111111:service-revision/shop/web/${number}`;
    const history = [entry({ createdAt, status, targetServiceRevisionArn }), entry({ createdAt: at(-9) })];
    return [`an entry ${what}`, [{ deployments: [deployment()], history }], 'history-times', finding];
  }),
  [
    'one entry during a canary deployment',
    [{ ...canary, deployments: [deployment()] }],
    'native-deployments',
    { answer: 'one' },
  ],
  [
    'two entries during a canary deployment',
    [{ ...canary, deployments: [deployment(), deployment({ status: 'ACTIVE' })] }],
    'native-deployments',
    { answer: 'two' },
  ],
  [
    'three entries during a canary deployment',
    [{ ...canary, deployments: [deployment(), deployment(), deployment()] }],
    'native-deployments',
    { state: 'unlisted' },
  ],
];

const refusal = (error: string, message = '') => ({ error, message });

/** The observations of a job, the assumption that they are about, and the finding. */
const jobs: [what: string, seen: Partial<SeenJob>, id: string, finding: object | undefined][] = [
  ['a delay of 4 seconds', { delaySeconds: 4 }, 'poll-delay', { answer: 'none' }],
  ['a delay of 30 seconds', { delaySeconds: 30 }, 'poll-delay', { answer: '10-seconds' }],
  ['a delay of 4 minutes', { delaySeconds: 240 }, 'poll-delay', { state: 'unlisted' }],
  ['no second offer', { hiddenSeconds: undefined }, 'poll-repeat', { state: 'unlisted' }],
  ['no second offer to compare', { hiddenSeconds: undefined }, 'poll-nonce', { state: 'not observed' }],
  ['a failure before the second offer', { delaySeconds: 0 }, 'poll-nonce', undefined],
  [
    'an unknown error of a second result',
    { secondResult: refusal('ConcurrentModificationException') },
    'late-result',
    { state: 'unlisted', observed: { error: 'ConcurrentModificationException' } },
  ],
  [
    'a refusal of S3 itself',
    { isStoreEncrypted: true, artifactRead: refusal('AccessDenied', 'not authorized to perform: s3:GetObject') },
    'credentials-key',
    { state: 'unlisted' },
  ],
  [
    'a store without a key',
    { isStoreEncrypted: false, artifactRead: { value: 1 } },
    'credentials-key',
    { state: 'not observed' },
  ],
];

const trust = (Condition: object | undefined, Service: unknown = 'ecs-tasks.amazonaws.com') =>
  encodeURIComponent(JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service }, Condition }] }));
const key = { StringEquals: { 'aws:SourceAccount': '111111111111' } };

const trusts: [what: string, policy: string, kind: string][] = [
  ['no condition', trust(undefined), 'other'],
  ['the key', trust(key), 'only the key'],
  ['the key in other letters', trust({ stringEquals: { 'AWS:sourceaccount': ['111111111111'] } }), 'only the key'],
  ['the key of another account', trust({ StringEquals: { 'aws:SourceAccount': '222222222222' } }), 'other'],
  ['the key if it exists', trust({ StringEqualsIfExists: key.StringEquals }), 'other'],
  ['the key and the source', trust({ ...key, ArnLike: { 'aws:SourceArn': 'arn:aws:ecs:*' } }), 'key'],
  ['the key for another service', trust(key, 'ec2.amazonaws.com'), 'other'],
  ['the key for several services', trust(key, ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com']), 'only the key'],
];

const artifacts: [what: string, sizes: number[][], finding: object][] = [
  ['none', [], { state: 'not observed' }],
  ['one version each', [[1], [2]], { answer: 'never', observed: { artifacts: 2, rewritten: 0 } }],
  ['two versions of one size', [[1], [2, 2]], { answer: 'same-bytes', observed: { artifacts: 2, rewritten: 1 } }],
  ['two versions of different sizes', [[2, 3]], { state: 'unlisted' }],
];

describe('the judgement of', () => {
  it.each(services)('%s', (_, given, id, finding) => {
    const findings: Record<string, unknown> = judgeServices({ services: given.map(service) });
    expect(findings[id]).toMatchObject(finding);
  });

  it.each(jobs)('a job with %s', (_, seen, id, finding) => {
    const findings: Record<string, unknown> = judgeJob(seen);
    if (finding === undefined) expect(findings).not.toHaveProperty(id);
    else expect(findings[id]).toMatchObject(finding);
  });

  it.each(trusts)('a trust policy with %s', (_, policy, kind) => {
    expect(judgeTrust(policy, '111111111111')).toBe(kind);
  });

  it.each(artifacts)('artifacts: %s', (_, sizes, finding) => {
    const { 'artifact-rewritten': found } = judgeArtifacts({ artifacts: sizes.map((each) => ({ sizes: each })) });
    expect(found).toMatchObject(finding);
  });
});

describe('the report', () => {
  it.each([
    [{ state: 'answered', answer: 'kept' }, 'kept (the default)'],
    [{ state: 'answered', answer: 'renewed' }, 'renewed (the default is kept)'],
    [{ state: 'unlisted', observed: { seconds: 240 } }, 'NONE OF THE LISTED ANSWERS [seconds 240]: please report it'],
    [{ state: 'not observed', reason: 'no service' }, 'not observed: no service'],
    [{ state: 'denied', action: 'ecs:ListClusters' }, 'denied: these permissions cannot probe it (ecs:ListClusters)'],
  ] as const)('of %o is one line', (finding, line) => {
    const lines = formatReport(reportFindings({ 'poll-nonce': finding }, true)).split('\n');
    expect(lines[0]).toBe(`poll-nonce               ${line}`);
  });
});
