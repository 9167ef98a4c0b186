import { callAws, type ProbeContext } from './context.ts';
import { undefinedIfMissing } from './missing.ts';
import type { ProbeResource } from './resource.ts';
import { zipFile } from './zip-file.ts';

/** It only writes the id of its job to its log. It reports no result, so the job stays open while the probe looks at it. */
const functionCode = `export const handler = async (event) => console.log('job ' + event['CodePipeline.job'].id);\n`;

/** Lambda writes to the group of this name. It is created first, so that the probe also removes it. */
export const logGroupResource: ProbeResource = {
  describe: ({ names }) => `the log group ${names.logGroup}`,
  create: (context) => callAws(context, 'logs', 'CreateLogGroup', { logGroupName: context.names.logGroup }),
  async exists(context) {
    const asked = { logGroupNamePrefix: context.names.logGroup };
    const answer = JSON.stringify(await callAws(context, 'logs', 'DescribeLogGroups', asked));
    return answer.includes(`"${context.names.logGroup}"`);
  },
  remove: (context) =>
    undefinedIfMissing(callAws(context, 'logs', 'DeleteLogGroup', { logGroupName: context.names.logGroup })),
};

const readFunction = (context: ProbeContext): Promise<unknown> =>
  undefinedIfMissing(callAws(context, 'lambda', 'GetFunction', { FunctionName: context.names.function }));

export const functionResource: ProbeResource = {
  describe: ({ names }) => `the Lambda function ${names.function}, which writes one line to its log`,
  create: (context) =>
    callAws(context, 'lambda', 'CreateFunction', {
      FunctionName: context.names.function,
      Runtime: 'nodejs24.x',
      Handler: 'probe.handler',
      Role: context.names.roleArn(context.names.roles.function),
      Code: { ZipFile: zipFile('probe.mjs', functionCode) },
      Timeout: 10,
    }),
  exists: async (context) => (await readFunction(context)) !== undefined,
  remove: (context) =>
    undefinedIfMissing(callAws(context, 'lambda', 'DeleteFunction', { FunctionName: context.names.function })),
};
