import type { Config } from '../core/config/check.ts';
import { resourceNames } from '../core/config/resource-names.ts';
import { formatTemplate, maxRequestBytes } from '../infra/template/check-template-limits.ts';
import type { Template } from '../infra/template/resource.ts';

/** A template, and the place of its stack. */
export interface PlannedStack {
  name: string;
  account: string;
  region: string;
  template: Template;
  /** The file that the command reads the template from. */
  file: string;
}

const formatBytes = (bytes: number): string => bytes.toLocaleString('en');

/** The values of the templates' parameters. Only the user knows those in capital letters. */
const parameterValues = (prefix: string): Record<string, string> => ({
  CodeBucket: 'BUCKET',
  CodePrefix: `${prefix}/`,
  ArtifactKeyArn: 'ARTIFACT_KEY_ARN',
});

/** The command that copies the zips in a folder to the bucket that the template's parameters name. */
export const formatCopyCommand = (folder: string, config: Config, stage: string): string =>
  `aws s3 cp ${folder} s3://BUCKET/${resourceNames(config, stage).prefix}/ --recursive --exclude '*' --include '*.zip'\n`;

/** The command that creates or updates a stack, with what it needs to know as comments. */
export function formatDeployCommand(stack: PlannedStack, config: Config, stage: string): string {
  const { prefix } = resourceNames(config, stage);
  const values = parameterValues(prefix);
  const parameters = Object.keys(stack.template.Parameters ?? {}).map((name) => `${name}=${values[name]}`);
  const bytes = Buffer.byteLength(formatTemplate(stack.template));
  const isLarge = bytes > maxRequestBytes;
  const comments = [
    `# In account ${stack.account}.`,
    ...(isLarge
      ? [
          `# The template has ${formatBytes(bytes)} bytes. If it has more than ${formatBytes(maxRequestBytes)}, CloudFormation reads it from S3: BUCKET is a bucket of this account in ${stack.region}.`,
        ]
      : []),
    ...('ArtifactKeyArn' in (stack.template.Parameters ?? {})
      ? [`# ARTIFACT_KEY_ARN is the output ArtifactKeyArn of the stack ${prefix}.`]
      : []),
  ];
  const options = [
    `--region ${stack.region} --stack-name ${stack.name} --template-file ${stack.file}`,
    ...(isLarge ? [`--s3-bucket BUCKET --s3-prefix ${prefix}`] : []),
    '--capabilities CAPABILITY_NAMED_IAM',
    ...(parameters.length === 0 ? [] : [`--parameter-overrides ${parameters.join(' ')}`]),
  ];
  return `${comments.join('\n')}\naws cloudformation deploy ${options.join(' \\\n  ')}\n`;
}
