import type { StoppedTask } from './observed-task.ts';
import { isNormalReplacement, listStopTexts } from './stop-texts.ts';

/** Stop codes that AWS causes (botocore ecs `TaskStopCode`; `InfrastructureHealth` since July 2026). */
const awsStopCodes = ['SpotInterruption', 'TerminationNotice', 'InfrastructureHealth'];

/**
 * Texts that report a temporary failure on AWS's side, which needs no new release (ECS developer guide: service-event-messages, stopped-task-error-codes,
 * "CannotPullContainer task errors", "Resolve … EBS volume attachment").
 */
const awsTrouble = [
  /capacity (?:is )?(?:currently )?(?:unavailable|not available)|(?:lacks|out of|no) (?:\S{1,20} )?capacity|(?:insufficient|not have enough) free (?:IP )?addresses|insufficient (?:\S{1,20} )?capacity|Insufficient\w{0,30}Capacity|not enough capacity|InsufficientFreeAddresses/i,
  /RESOURCE:(?:CPU|MEMORY|ENI|GPU|PORTS|FARGATE|EC2)|reached the limit on the number of (?:tasks|vCPUs)/i,
  /toomanyrequests|too many requests|(?:status|code|HTTP):? 429\b|rate exceeded|pull rate limit|ThrottlingException|RequestLimitExceeded/i,
  /CannotPull\w*Error[\s\S]*(?:(?:: |error |status |code |with )(?:429|5\d\d)\b|\b5\d\d (?:Internal|Bad|Service|Gateway))/i,
  /tim(?:ed ?|e)out waiting for (?:network interface|EphemeralStorage|EBS|volume)|network interface[^.]{0,60}tim(?:ed )?out|unexpected EC2 error|performing maintenance on the underlying/i,
  /network interface provision\w{0,20} (?:complete )?error|(?:EBS|volume)[^.]{0,60} (?:attach\w{0,20}|provision\w{0,20}) (?:timed out|timeout)/i,
  /(?:EFS|mount\.nfs4?|efs-utils)[\s\S]{0,200}(?:timed out|timeout|connection reset)/i,
  /host EC2 \(?instance|container instance (?:\S{1,60} )?(?:was |is )?(?:terminated|stopped|disconnected|draining)/i,
  /error "?AGENT\b|TaskFailedToStart: AGENT|agent (?:is |was )?(?:disconnected|not connected)|DockerTimeoutError|^InternalError\b/,
  /spot (?:interruption|task was interrupted)/i,
];

/** Whether a text of ECS reports trouble on AWS's side. */
export const isAwsTroubleText = (text: string): boolean => awsTrouble.some((pattern) => pattern.test(text));

/**
 * Whether AWS's own trouble stopped the task: no capacity, a registry's rate limit, a time-out of a network interface or volume, a broken host, a
 * Spot interruption.
 */
export const isStoppedByAws = (task: StoppedTask): boolean =>
  awsStopCodes.includes(task.stopCode ?? '') ||
  (!isNormalReplacement(task) && listStopTexts(task).some(isAwsTroubleText));
