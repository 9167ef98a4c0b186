/** 256 KiB of UTF-8, for an execution's input and a state's result (docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html). */
export const dataLimit = 262_144;
