import type { Installation } from './installation.ts';
import { readJobDetails } from './policies-reading-artifacts.ts';
import { listCommandMachines, stopTasksOfDeadExecutions } from './policies-release-tasks.ts';
import { findCommit, putGantryEvents } from './policies-shared.ts';
import { readAndWriteLease, readLedger } from './policies-table.ts';
import { allowStatement, type Statement } from './policy.ts';

/** Finds the executions that died, reports their jobs, and stops their tasks that still run. */
export const reportDeadExecutions = (installation: Installation): Statement[] => [
  allowStatement('ReportFailure', ['codepipeline:PutJobFailureResult'], { on: ['*'] }),
  readJobDetails,
  allowStatement('ListDeployments', ['states:ListExecutions'], {
    on: [installation.machine, ...listCommandMachines(installation)],
  }),
  allowStatement('DescribeDeployment', ['states:DescribeExecution', 'states:GetExecutionHistory'], {
    on: [
      installation.executions,
      ...[installation.rollbackMachine, ...listCommandMachines(installation)].map(
        (machine) => `${machine.replace(':stateMachine:', ':execution:')}:*`,
      ),
    ],
  }),
  readAndWriteLease(installation),
  readLedger(installation),
  ...stopTasksOfDeadExecutions(installation),
  putGantryEvents(installation),
  findCommit(installation),
];
