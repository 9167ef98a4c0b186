import { substituteTokens, tokenForFile } from '../asl.ts';
import type { EntryMachineDeclaration } from '../system-entry.ts';
import type { StateMachineDeclaration } from '../system-workflow.ts';
import { findInvoked, findRole, type TemplateContext } from './context.ts';
import { versionId } from './functions.ts';
import { renderLogGroup } from './log-group.ts';
import { createAfter, type TemplateEntry } from './resource.ts';
import { machineId } from './resource-ids.ts';

/**
 * Returns the version of each function, by the function's token in the ASL. CloudFormation inserts the ARNs of the versions, because it knows them only
 * after it has published the versions.
 */
function listVersions(context: TemplateContext, { functions }: StateMachineDeclaration) {
  const versions = functions.map((file) => {
    const fn = context.system.functions.find((one) => one.file === file);
    if (fn === undefined) throw new Error(`infra/system-workflow.ts names the function ${file}, but declares none.`);
    return [tokenForFile(file), { Ref: versionId(context, fn) }];
  });
  return Object.fromEntries(versions);
}

/** Returns the ASL with all known values. It has no indentation, because a template has at most 1 MB. Throws if a token has no value. */
function fillDefinition(asl: string, { tokens, functions }: StateMachineDeclaration): string {
  const versions = functions.map((file) => [tokenForFile(file), `\${${tokenForFile(file)}}`]);
  return JSON.stringify(JSON.parse(substituteTokens(asl, { ...tokens, ...Object.fromEntries(versions) })));
}

/** A Standard state machine with its log group. It is created after the machine that it starts. */
export function renderMachine(
  context: TemplateContext,
  machine: StateMachineDeclaration & Partial<Pick<EntryMachineDeclaration, 'starts'>>,
): TemplateEntry[] {
  const id = machineId(machine);
  const started = machine.starts === undefined ? [] : findInvoked(context, machine.starts);
  const LogGroupArn = { 'Fn::GetAtt': [`${id}Log`, 'Arn'] };
  const Properties = {
    StateMachineName: machine.name,
    StateMachineType: 'STANDARD',
    RoleArn: machine.role,
    DefinitionString: fillDefinition(context.readDefinition(machine.file), machine),
    ...(machine.functions.length > 0 && { DefinitionSubstitutions: listVersions(context, machine) }),
    LoggingConfiguration: {
      Level: 'ALL',
      // The log says when each state was entered. The console shows inputs and outputs, for 90 days.
      IncludeExecutionData: false,
      Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn } }],
    },
    TracingConfiguration: { Enabled: true },
  };
  return [
    [`${id}Log`, renderLogGroup(machine.logGroup)],
    [
      id,
      createAfter([findRole(context, machine.role), ...started], {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties,
      }),
    ],
  ];
}
