import type { System } from '../../infra/system.ts';
import type { HeldPipeline } from './facts.ts';
import type { Check } from './finding.ts';
import { permission } from './permission.ts';
import { thing } from './thing.ts';

const about = 'build account';

/** The pipeline: who it acts as, where it keeps artifacts, and what its deploy actions are told. */
export const pipelineChecks = (system: System): Check[] => [
  pipelineExists(system),
  ...roleChecks(system),
  ...storeChecks(system),
  ...system.pipeline.stages.filter(isDeploy).map((stage) => deployStage(system, stage)),
];

type Stage = System['pipeline']['stages'][number];

const custom = ({ actions }: Stage) => actions.filter(({ actionTypeId }) => actionTypeId.owner === 'Custom');

const isDeploy = (stage: Stage): boolean => custom(stage).length > 0;

const pipelineExists = ({ pipeline }: System): Check =>
  thing({
    link: 'pipeline',
    about,
    title: `the pipeline ${pipeline.name} exists and acts as its role`,
    onlyLive: true,
    read: (facts) => facts.pipeline,
    wrong: ({ roleArn }) =>
      roleArn === pipeline.roleArn
        ? undefined
        : {
            says: `the pipeline acts as ${roleArn}, whose rights are not the declared ones`,
            policy: `pipeline ${pipeline.name}`,
            statement: 'roleArn',
            fix: `set roleArn to ${pipeline.roleArn}`,
          },
    tellsMissing: { policy: `pipeline ${pipeline.name}`, statement: 'none', fix: 'deploy the build account again' },
  });

function roleChecks({ account, region, pipeline, project }: System): Check[] {
  const arn = `arn:aws:codebuild:${region}:${account}:project/${project.name}`;
  const by = pipeline.roleArn;
  return [
    permission({
      link: 'pipeline',
      about,
      who: 'CodePipeline',
      what: 'assume the pipeline role',
      asks: [{ by: { service: 'codepipeline.amazonaws.com', account }, region, actions: ['sts:AssumeRole'], on: [by] }],
    }),
    permission({
      link: 'pipeline',
      about,
      who: 'the pipeline role',
      what: 'start the build and see how it goes',
      asks: [{ by, region, actions: ['codebuild:StartBuild', 'codebuild:BatchGetBuilds'], on: [arn] }],
    }),
  ];
}

function storeChecks({ bucket, key, pipeline }: System): Check[] {
  const store = (field: string, says: string, value: string) => ({
    says,
    policy: `pipeline ${pipeline.name}`,
    statement: `artifactStore.${field}`,
    fix: `set artifactStore.${field} to ${value}`,
  });
  return [
    thing({
      link: 'pipeline',
      about,
      title: 'the pipeline keeps its artifacts in the artifact bucket',
      read: (facts) => facts.pipeline,
      wrong: (found) =>
        found.bucket === bucket.name
          ? undefined
          : store('location', `the pipeline keeps its artifacts in another bucket, ${found.bucket}`, bucket.name),
    }),
    thing({
      link: 'pipeline',
      about,
      title: "the pipeline encrypts its artifacts with the artifact key, by the key's ARN",
      read: (facts) => facts.pipeline,
      wrong: (found) => {
        const says = wrongKey(found, key.arn);
        return says === undefined ? undefined : store('encryptionKey.id', says, key.arn);
      },
    }),
  ];
}

function wrongKey({ key }: HeldPipeline, arn: string): string | undefined {
  if (key === arn) return undefined;
  if (key === undefined) return 'the pipeline names no key: it encrypts with aws/s3, which no other account can use';
  if (key.includes('alias/'))
    return `the pipeline names its key by the alias ${key}, which no other account can resolve`;
  return `the pipeline encrypts with another key than the artifact key, ${key}`;
}

/** Only what a deployment reads: an approval, or an action of the team's own beside it, is theirs. */
const deployStage = ({ pipeline }: System, declared: Stage): Check =>
  thing({
    link: 'pipeline',
    about: declared.name.replace(/^Deploy-/, ''),
    title: `the stage ${declared.name} deploys as it is configured`,
    read: (facts) => facts.pipeline,
    wrong: ({ stages }) => {
      const found = stages.find(({ name }) => name === declared.name);
      const differing = custom(declared).find((action) => !isAmong(found, action));
      return differing === undefined
        ? undefined
        : {
            says: `the stage ${declared.name} has no action that deploys as ${differing.name} is configured`,
            policy: `pipeline ${pipeline.name}`,
            statement: `stage ${declared.name}, action ${differing.name}`,
            fix: `set the action's configuration to ${JSON.stringify(differing.configuration)}`,
          };
    },
  });

const isAmong = (
  stage: HeldPipeline['stages'][number] | undefined,
  { configuration }: { configuration: Record<string, string> },
): boolean =>
  (stage?.actions ?? []).some((action) =>
    Object.entries(configuration).every(([name, value]) => action.configuration[name] === value),
  );
