import { AwsError } from '../aws-error.ts';

/** Characters that the name of a machine or an execution must not contain (botocore stepfunctions CreateStateMachine). */
const forbiddenCharacters = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

/** Rejects a name as AWS does. A wrong length is rejected like any wrong parameter, and forbidden characters are rejected as InvalidName. */
export function checkName(name: string): void {
  if (name.length < 1 || name.length > 80) {
    const bound = name.length < 1 ? 'greater than or equal to 1' : 'less than or equal to 80';
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  if (forbiddenCharacters.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
}
