import { formatTemplate, maxRequestBytes } from '../infra/template/check-template-limits.ts';
import type { StackPlace } from '../infra/template/deployer-policy.ts';
import type { Template } from '../infra/template/resource.ts';

/** A template, and where its stack is deployed. */
export interface PlannedStack {
  template: Template;
  place: StackPlace;
  /** The file that the command reads the template from. */
  file: string;
}

/** Stands for the name of a bucket that the user did not give. */
export const unnamedBucket = 'BUCKET';

const formatBytes = (bytes: number): string => bytes.toLocaleString('en');

/** The values of the templates' parameters. Values in capital letters stand for values that only the user knows. */
const parameterValues = ({ bucket, keyPrefix }: StackPlace): Record<string, string> => ({
  CodeBucket: bucket,
  CodePrefix: keyPrefix,
  ArtifactKeyArn: 'ARTIFACT_KEY_ARN',
});

/** A path as one word of a POSIX shell. */
function quotePath(path: string): string {
  const local = path.startsWith('-') ? `./${path}` : path;
  return /^[\w@%+=:,./-]+$/.test(local) ? local : `'${local.replaceAll("'", "'\\''")}'`;
}

/** The command that copies the zips in a folder to the bucket that the template's parameters name. */
export const formatCopyCommand = (folder: string, { account, region, bucket, keyPrefix }: StackPlace): string =>
  `# In account ${account}.\n` +
  `aws s3 cp ${quotePath(folder)} s3://${bucket}/${keyPrefix} --region ${region} --recursive --exclude '*' --include '*.zip'\n`;

/** What the user needs to know about the command. */
function listComments({ template, place }: PlannedStack, bytes: number): string[] {
  const large = `# The template has ${formatBytes(bytes)} bytes. If it has more than ${formatBytes(maxRequestBytes)}, CloudFormation reads it from S3.`;
  const bucket = `# ${unnamedBucket} is a bucket of this account in ${place.region}.`;
  const key = `# ARTIFACT_KEY_ARN is the output ArtifactKeyArn of the stack ${place.prefix}.`;
  const isLarge = bytes > maxRequestBytes;
  return [
    `# In account ${place.account}.`,
    ...(isLarge ? [large] : []),
    ...(isLarge && place.bucket === unnamedBucket ? [bucket] : []),
    ...('ArtifactKeyArn' in (template.Parameters ?? {}) ? [key] : []),
  ];
}

/** The command that creates or updates a stack, with what the user needs to know as comments. */
export function formatDeployCommand(stack: PlannedStack): string {
  const { template, place, file } = stack;
  const values = parameterValues(place);
  const parameters = Object.keys(template.Parameters ?? {}).map((name) => `${name}=${values[name]}`);
  const bytes = Buffer.byteLength(formatTemplate(template));
  const options = [
    `--region ${place.region} --stack-name ${place.stack} --template-file ${quotePath(file)}`,
    ...(bytes > maxRequestBytes ? [`--s3-bucket ${place.bucket} --s3-prefix ${place.prefix}`] : []),
    // If nothing has changed, version 1 of the awscli fails, and version 2 does not.
    '--capabilities CAPABILITY_NAMED_IAM --no-fail-on-empty-changeset',
    ...(parameters.length === 0 ? [] : [`--parameter-overrides ${parameters.join(' ')}`]),
  ];
  return `${listComments(stack, bytes).join('\n')}\naws cloudformation deploy ${options.join(' \\\n  ')}\n`;
}
