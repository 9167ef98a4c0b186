// Runs before the program: sets Pulumi's mocks, a server in place of SST's command line, and the globals that SST sets.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as pulumi from '@pulumi/pulumi';
import { getStore } from '@pulumi/pulumi/runtime/state.js';

const { STAGE, ROOT, WORK, REGION: region, PARTITION: partition } = process.env;
const build = '444444444440';
const resources = [];

const accountOf = (provider) => /Account(\d{12})/.exec(provider ?? '')?.[1] ?? build;

const state = (type, name, inputs, account) => {
  const arns = {
    'aws:kms/key:Key': `arn:${partition}:kms:${region}:${account}:key/11111111-2222-3333-4444-555555555555`,
    'aws:iam/role:Role': `arn:${partition}:iam::${account}:role${inputs.path ?? '/'}${inputs.name}`,
    'aws:lambda/function:Function': `arn:${partition}:lambda:${region}:${account}:function:${inputs.name}`,
    'aws:sfn/stateMachine:StateMachine': `arn:${partition}:states:${region}:${account}:stateMachine:${inputs.name}`,
    'aws:sqs/queue:Queue': `arn:${partition}:sqs:${region}:${account}:${inputs.name}`,
    'aws:cloudwatch/logGroup:LogGroup': `arn:${partition}:logs:${region}:${account}:log-group:${inputs.name}`,
  };
  return {
    ...inputs,
    ...(inputs.publish && { version: '7', qualifiedArn: `${arns[type]}:7` }),
    arn: arns[type] ?? `arn:${partition}:mock:${region}:${account}:${name}`,
    keyId: name,
    url: name,
    dnsName: `${name}.test`,
  };
};

const answers = {
  'aws:index/getPartition:getPartition': { partition },
  'aws:index/getRegion:getRegion': { region, name: region },
  'aws:index/getCallerIdentity:getCallerIdentity': { accountId: build },
  'aws:ec2/getVpc:getVpc': { id: 'vpc-1' },
  'aws:ec2/getSubnets:getSubnets': { ids: ['subnet-1', 'subnet-2'] },
};

await pulumi.runtime.setMocks(
  {
    newResource: ({ type, name, inputs, provider, id }) => {
      const account = accountOf(provider);
      // A resource that already has an id is only read.
      if (!id) resources.push({ type, name, inputs, account });
      return { id: id || `${name}-id`, state: state(type, name, inputs, account) };
    },
    call: ({ token, inputs }) => {
      return answers[token] ?? inputs;
    },
  },
  'gantry',
  STAGE,
  false,
);

const replies = {
  // The answer of SST for a function that has its own bundle (SST's pkg/runtime).
  'Runtime.Build': ({ handler, bundle }) => ({ handler, out: bundle, errors: [], sourcemaps: [] }),
  'Provider.Aws.Bootstrap': () => ({ asset: 'sst-asset', state: 'sst-state' }),
};

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => (body += part));
  request.on('end', () => {
    const { method, params } = JSON.parse(body);
    const reply = replies[method];
    response.end(JSON.stringify(reply ? { result: reply(params[0]) } : { error: `rpc: can't find ${method}` }));
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
process.env.SST_SERVER = `http://127.0.0.1:${server.address().port}`;

/** Waits until all promises that Pulumi requires at the end of a program are settled. All resources are registered then. */
const settled = async () => {
  while (getStore().leakCandidates.size > 0) await setTimeout(10);
};

Object.assign(globalThis, {
  resources,
  settled,
  $app: { stage: STAGE, providers: {} },
  $dev: false,
  $cli: {
    command: 'deploy',
    rpc: '',
    paths: { root: ROOT, work: WORK, platform: join(ROOT, '.sst', 'platform'), home: WORK },
    state: { version: {} },
  },
});
