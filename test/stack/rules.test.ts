import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, describe, expect, it } from 'vitest';
import { checkRules } from '#lib/rules.ts';
import { synthesize } from '../../bin/app.ts';
import { policy } from '../policy/fixture.ts';

const outdir = mkdtempSync(join(tmpdir(), 'lapse-rules-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

describe('the rules for safe stacks', () => {
  it('are kept by the stack that is deployed', () => {
    expect(() => synthesize({ policy, outdir: join(outdir, 'lapse') })).not.toThrow();
  });

  it('are kept by one whose account and region are known, as in every deployment', () => {
    const env = { account: '111122223333', region: 'eu-central-1' };
    expect(() => synthesize({ policy, env, outdir: join(outdir, 'placed') })).not.toThrow();
  });

  it('keep a stack that breaks one from being synthesized', () => {
    const app = new App({ outdir, analyticsReporting: false });
    new Queue(new Stack(app, 'Careless'), 'Queue');
    checkRules(app);
    expect(() => app.synth()).toThrow(/validation/i);
  });

  it('are looked at by a second house, on the finished template', () => {
    const app = new App({ outdir: join(outdir, 'forgetful'), analyticsReporting: false });
    new LogGroup(new Stack(app, 'Forgetful'), 'Logs', { retention: RetentionDays.ONE_DAY });
    checkRules(app);
    expect(() => app.synth()).toThrow(/validation/i);
    const report = readFileSync(join(outdir, 'forgetful', 'validation-report.json'), 'utf8');
    expect(report).toContain('cloudwatch_log_group_retention_period_check');
  });
});
