import { describe, expect, it } from 'vitest';
import { findAwsTime } from '../../cli/aws-clock.ts';

const awsTime = (time: string): Date => new Date(`2026-11-29T${time}Z`);

describe("AWS's time, from a session that lasts an hour", () => {
  it.each<[what: string, assumedAt: string, expires: string, local: string, latest: string, expected: string]>([
    ['of equal clocks is the local time', '12:00:00', '13:00:00', '12:00:01', '11:00:00', '12:00:01'],
    ['is corrected if the local clock is an hour fast', '13:00:00', '13:00:00', '13:00:01', '11:00:00', '12:00:01'],
    ['is corrected if the local clock is an hour slow', '11:00:00', '13:00:00', '11:00:01', '11:00:00', '12:00:01'],
    ['is right with a session of ten minutes ago', '13:00:00', '13:00:00', '13:10:00', '11:00:00', '12:10:00'],
    ['is not before what AWS has recorded', '12:00:00', '13:00:00', '12:00:01', '12:00:09', '12:00:09'],
  ])('%s', (_, assumedAt, expires, local, latest, expected) => {
    const session = { assumedAt: awsTime(assumedAt), expiration: awsTime(expires) };
    expect(findAwsTime(awsTime(local), session, awsTime(latest))).toEqual(awsTime(expected));
  });
});
