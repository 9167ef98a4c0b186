import { AwsError } from '../aws-error.ts';
import { findActionType } from './action-type.ts';
import type { ActionDeclaration, Declaration, StageDeclaration } from './declaration.ts';
import { findProvider } from './run-stage.ts';
import type { CodePipeline } from './state.ts';

const stageError = (message: string) => new AwsError('InvalidStageDeclarationException', message);
const actionError = (message: string) => new AwsError('InvalidActionDeclarationException', message);
const structureError = (message: string) => new AwsError('InvalidStructureException', message);

function checkNames(stages: StageDeclaration[]): void {
  if (stages.length < 2) throw structureError('Pipeline should contain at least 2 stages');
  if (new Set(stages.map(({ name }) => name)).size < stages.length)
    throw stageError('Stage names must be unique within a pipeline');
  for (const { name, actions } of stages)
    if (new Set(actions.map((action) => action.name)).size < actions.length)
      throw actionError(`Action names must be unique within the stage '${name}'`);
}

/** All source actions must be in the first stage, and the first stage contains no other action. */
function checkSourceActions(stages: StageDeclaration[]): void {
  for (const [index, { name, actions }] of stages.entries())
    for (const action of actions)
      if ((action.actionTypeId.category === 'Source') !== (index === 0))
        throw stageError(
          `Stage '${name}': source actions belong into the first stage only, and it has only source actions`,
        );
}

/** Each input artifact must be the output of an earlier action, and each artifact name must have only one producer. */
function checkArtifacts(stages: StageDeclaration[]): void {
  const produced = new Set<string>();
  for (const action of stages.flatMap(({ actions }) => [...actions].sort((a, b) => a.runOrder - b.runOrder))) {
    for (const { name } of action.inputArtifacts)
      if (!produced.has(name))
        throw actionError(
          `Input Artifact Bundle '${name}' in action '${action.name}' is not the output of an earlier action`,
        );
    for (const { name } of action.outputArtifacts) {
      if (produced.has(name))
        throw actionError(`Output Artifact Bundle name must be unique within the pipeline: ${name}`);
      produced.add(name);
    }
  }
}

/**
 * A custom action supports neither a role nor another Region (CDK aws-codepipeline/lib/pipeline.ts;
 * …/userguide/actions-create-cross-region.html).
 */
function checkCustomAction(codePipeline: CodePipeline, action: ActionDeclaration): void {
  const type = findActionType(codePipeline, action.actionTypeId);
  if (action.roleArn !== undefined)
    throw actionError(`Action '${action.name}': a role cannot be given for an action of owner Custom`);
  if (action.region !== undefined && action.region !== codePipeline.region)
    throw actionError(`Action '${action.name}': a custom action cannot be in another Region`);
  const properties = type?.actionConfigurationProperties ?? [];
  for (const name of Object.keys(action.configuration))
    if (!properties.some((property) => property.name === name))
      throw actionError(`Action configuration for action '${action.name}' contains unknown configuration '${name}'`);
  for (const { name, required } of properties)
    if (required && action.configuration[name] === undefined)
      throw actionError(`Action configuration for action '${action.name}' is missing required configuration '${name}'`);
  const { minimumCount = 0, maximumCount = 5 } = type?.inputArtifactDetails ?? {};
  if (action.inputArtifacts.length < minimumCount || action.inputArtifacts.length > maximumCount)
    throw actionError(
      `Action '${action.name}' has ${action.inputArtifacts.length} input artifacts; its type takes ${minimumCount} to ${maximumCount}`,
    );
}

function checkActionType(codePipeline: CodePipeline, action: ActionDeclaration): void {
  const { category, provider, owner, version } = action.actionTypeId;
  const known =
    owner === 'Custom'
      ? findActionType(codePipeline, action.actionTypeId) !== undefined
      : findProvider(action) !== undefined;
  if (!known)
    throw actionError(
      `ActionType (Category: '${category}', Provider: '${provider}', Owner: '${owner}', Version: '${version}') in region '${codePipeline.region}' is not available`,
    );
  if (owner === 'Custom') checkCustomAction(codePipeline, action);
}

/**
 * Throws the first error that CodePipeline would report for a declaration. Providers that the emulator does not support count
 * as not available.
 */
export function checkDeclaration(codePipeline: CodePipeline, { stages }: Declaration): void {
  checkNames(stages);
  checkSourceActions(stages);
  checkArtifacts(stages);
  for (const action of stages.flatMap(({ actions }) => actions)) checkActionType(codePipeline, action);
}
