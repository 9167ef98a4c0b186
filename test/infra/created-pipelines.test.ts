import { describe, expect, it } from 'vitest';
import { declaredFacts } from '../../cli/doctor/declared-facts.ts';
import { diagnose } from '../../cli/doctor/diagnose.ts';
import { validateConfig } from '../../core/config/check.ts';
import { declareSystem } from '../../infra/system.ts';
import { createTargetTemplate } from '../../infra/template/target-template.ts';
import doctorConfig from '../cli/doctor-config.ts';

const keyArn = 'arn:aws:kms:eu-central-1:104862573915:key/00000000-0000-0000-0000-000000000000';
const [pipeline] = doctorConfig.pipelines;
const withPipelines = (...pipelines: object[]) => validateConfig({ ...doctorConfig, pipelines } as never);
const declare = (config: typeof doctorConfig) => declareSystem(config, { stage: 'production', keyArn });
const failures = async (config: typeof doctorConfig) =>
  (await diagnose(declaredFacts(config, 'production', 0))).filter(({ state }) => state === 'NG');

describe('an installation without created pipelines', () => {
  const config = withPipelines();
  const system = declare(config);

  it('creates no bucket, key, repository, build project or pipeline, and no role for them', () => {
    expect({ key: system.key, pipelines: system.pipelines }).toEqual({ key: undefined, pipelines: [] });
    expect(system.roles.filter(({ name }) => /-(pipeline|build)$/.test(name))).toEqual([]);
  });

  it('names no resource in a policy that it does not create', () => {
    expect(JSON.stringify(system.roles)).not.toMatch(/-artifacts-|"Resource":\[\]|key\/0000/);
  });

  it('passes the doctor, and has a template for its targets', async () => {
    expect(await failures(config)).toEqual([]);
    expect(JSON.stringify(createTargetTemplate(config, 'test'))).not.toContain('"Resource":[]');
  });
});

describe('two created pipelines', () => {
  const config = withPipelines(
    { ...pipeline, name: 'tea', deploys: ['test/pot'] },
    { ...pipeline, name: 'cups', deploys: ['prod/pot', 'test/pot'] },
  );
  const system = declare(config);

  it.each(['build', 'pipeline'])('have each a %s role that can write only its own artifacts', (role) => {
    for (const [own, other] of [
      ['tea', 'cups'],
      ['cups', 'tea'],
    ]) {
      const { policies } = system.roles.find(({ name }) => name === `${own}-production-${role}`)!;
      expect(JSON.stringify(policies)).toContain(`${own}-production-artifacts-`);
      expect(JSON.stringify(policies)).not.toContain(`${other}-production`);
    }
  });

  it('share the artifact key, which admits the roles of both', () => {
    const users = JSON.stringify(system.key?.policy);
    for (const role of ['tea-production-pipeline', 'tea-production-build', 'cups-production-pipeline'])
      expect(users).toContain(`role/${role}"`);
    const keys = system.pipelines.map(({ pipeline: { artifactStore } }) => artifactStore.encryptionKey.id);
    expect(keys).toEqual([keyArn, keyArn]);
  });

  it('have a stage for each target in the order of their own list', () => {
    const stages = system.pipelines.map(({ pipeline: { stages } }) => stages.map(({ name }) => name));
    expect(stages).toEqual([
      ['Source', 'Build', 'Deploy-test'],
      ['Source', 'Build', 'Deploy-prod', 'Deploy-test'],
    ]);
  });

  it('pass the doctor', async () => {
    expect(await failures(config)).toEqual([]);
  });
});
