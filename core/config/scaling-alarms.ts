/**
 * The beginning of the names of target tracking's alarms: `TargetTracking-service/CLUSTER/SERVICE-AlarmHigh-UUID`
 * (docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html). These alarms go to ALARM as part of normal
 * scaling.
 */
export const targetTrackingPrefix = 'TargetTracking-';

/** Whether an alarm belongs to target tracking, by its name. Such an alarm does not show a failure of a release. */
export const isScalingAlarmName = (name: string): boolean => name.startsWith(targetTrackingPrefix);

/** Whether an alarm's action is a scaling policy, by the action's ARN (botocore application-autoscaling `PolicyARN`, `arn:aws:autoscaling:…:scalingPolicy:…`). */
export const isScalingAction = (arn: string): boolean => /^arn:[^:]+:autoscaling:[^:]*:[^:]*:scalingPolicy:/.test(arn);
