/** The manifests that users copy: types as Kubernetes has them, and commands that do what they say. */

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Deployment, type IDeployment } from 'kubernetes-models/apps/v1';
import { type IJob, Job } from 'kubernetes-models/batch/v1';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../support/built.ts';
import { writeSales } from '../support/sales.ts';
import { temporaryFolder } from '../support/temporary.ts';

const FOLDER = join(ROOT, 'integrations');
const JOBS = ['prepare-job', 'train-job', 'collect-job'] as const;

function manifest<T>(name: string): T {
  return parse(readFileSync(join(FOLDER, 'kubernetes', `${name}.yaml`), 'utf8')) as T;
}

describe('the manifests for Kubernetes', () => {
  it.each(JOBS)('%s is a Job', (name) => {
    new Job(manifest<IJob>(name)).validate();
  });
  it('worker-deployment is a Deployment', () => {
    new Deployment(manifest<IDeployment>('worker-deployment')).validate();
  });
  it('are held to the types: a number of shards in quotes is refused', () => {
    const job = manifest<IJob>('train-job');
    const broken = { ...job, spec: { ...job.spec, completions: '64' } };
    expect(() => new Job(broken as unknown as IJob).validate()).toThrow(/completions/);
  });
  it('start as many shards as --shard says', () => {
    const job = manifest<IJob>('train-job');
    const { args } = job.spec?.template.spec?.containers[0] ?? {};
    expect(args?.[args.indexOf('--shard') + 1]).toBe(`$(JOB_COMPLETION_INDEX)/${job.spec?.completions}`);
  });
  it.each([...JOBS, 'worker-deployment'])('%s writes nowhere but where it may, and as nobody', (name) => {
    const { template } = manifest<IJob>(name).spec as NonNullable<IJob['spec']>;
    const pod = template.spec as NonNullable<typeof template.spec>;
    expect(pod.securityContext?.runAsNonRoot).toBe(true);
    expect(pod.containers[0]?.securityContext).toMatchObject({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
    });
    expect(pod.containers[0]?.volumeMounts?.map(({ mountPath }) => mountPath)).toContain('/tmp');
  });
});

/** Shards of the manifests are more than a test of three cells needs. */
const SHARDS = 3;

/** A folder that holds sales as the jobs expect them, and the program's name on the path. */
function place(): { readonly data: string; readonly programs: string } {
  const [data, programs] = [temporaryFolder(), temporaryFolder()];
  mkdirSync(join(data, 'sales'));
  writeSales(join(data, 'sales', 'part-0.csv'), 3, 120);
  program(join(programs, 'demanda'), `exec '${process.execPath}' '${join(ROOT, 'bin/demanda.js')}' "$@"`);
  return { data, programs };
}

function program(file: string, line: string): void {
  writeFileSync(file, `#!/bin/sh\n${line}\n`);
  chmodSync(file, 0o755);
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(command: string, args: readonly string[], programs: string, more: NodeJS.ProcessEnv): Ended {
  const env = { ...process.env, LANG: 'C', PATH: `${programs}${delimiter}${process.env.PATH}`, ...more };
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env });
  return { code: status, out: stdout, err: stderr };
}

/** A pod's command, as Kubernetes would start it. */
function pod(name: (typeof JOBS)[number], { data, programs }: ReturnType<typeof place>, index = 0): Ended {
  const args = (manifest<IJob>(name).spec?.template.spec?.containers[0]?.args ?? []).map((argument) =>
    argument.replace('$(JOB_COMPLETION_INDEX)/64', `${index}/${SHARDS}`).replace(/^\/data(?=\/)/, data),
  );
  return run('demanda', args, programs, { JOB_COMPLETION_INDEX: String(index) });
}

describe('the commands of the manifests', () => {
  it('train every cell, once more without doing anything again, and say what came of it', () => {
    const at = place();
    const prices = (): Buffer => {
      const folder = join(at.data, 'run/prices');
      return readFileSync(join(folder, readdirSync(folder)[0] as string));
    };
    expect(pod('prepare-job', at)).toMatchObject({ code: 0, err: '' });
    for (const index of [2, 0, 1]) expect(pod('train-job', at, index)).toMatchObject({ code: 0, err: '' });
    const collected = pod('collect-job', at);
    expect(collected).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(collected.out)).toMatchObject({ shards: SHARDS, cells: 3, failed: 0 });
    const before = prices();
    expect(pod('train-job', at, 0).code).toBe(0);
    expect(prices()).toEqual(before);
  });
});

describe('the scripts for Slurm', () => {
  it('train the shards of an array, and put one back in the queue that may go well another time', () => {
    const { data, programs } = place();
    const requeued = join(programs, 'requeued');
    program(join(programs, 'scontrol'), `echo "$@" >> '${requeued}'`);
    const array = (script: string, more: NodeJS.ProcessEnv): Ended =>
      run('bash', [join(FOLDER, 'slurm', script)], programs, more);
    const job = {
      DEMANDA_DATA: data,
      SLURM_ARRAY_TASK_COUNT: '2',
      SLURM_ARRAY_JOB_ID: '41',
      SLURM_CPUS_PER_TASK: '1',
    };
    expect(array('prepare.sbatch', job)).toMatchObject({ code: 0, err: '' });
    for (const SLURM_ARRAY_TASK_ID of ['0', '1'])
      expect(array('train.sbatch', { ...job, SLURM_ARRAY_TASK_ID })).toMatchObject({ code: 0, err: '' });
    expect(array('collect.sbatch', job)).toMatchObject({ code: 0, err: '' });
    expect(existsSync(requeued)).toBe(false);
    // Bad input stays as it is.
    expect(array('train.sbatch', { ...job, SLURM_ARRAY_TASK_ID: '7' }).code).toBe(2);
    expect(existsSync(requeued)).toBe(false);
    // A killed program may go well another time.
    program(join(programs, 'demanda'), 'exit 137');
    expect(array('train.sbatch', { ...job, SLURM_ARRAY_TASK_ID: '1' }).code).toBe(137);
    expect(readFileSync(requeued, 'utf8')).toBe('requeue 41_1\n');
  });
});

describe('the compose file', () => {
  it('starts a database, the dashboard and workers of one image, with a password that nobody chose for the user', () => {
    const { services } = parse(readFileSync(join(FOLDER, 'compose/compose.yaml'), 'utf8')) as {
      services: Record<string, { image: string; command?: string[]; environment: Record<string, string> }>;
    };
    expect(Object.keys(services)).toEqual(['database', 'serve', 'worker']);
    expect(services.worker?.image).toBe(services.serve?.image);
    expect(services.database?.environment.POSTGRES_PASSWORD).toContain(':?');
    expect(services.worker?.environment).toEqual(services.serve?.environment);
  });
});
