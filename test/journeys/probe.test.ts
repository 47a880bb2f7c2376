import { expect, it, onTestFinished, vi } from 'vitest';
import { run } from '../../bin/commands/probe.ts';
import { record, tenant } from './records.ts';
import { begin } from './world.ts';

it('the doors of a tenant are open, are closed, and the coverage says so, with the exception that each one is', async () => {
  const world = await begin(undefined, { domains: { [tenant]: ['contoso.com'] } });
  const lapse = async (...args: readonly string[]) => {
    const said: unknown[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((line) => void said.push(line));
    onTestFinished(() => log.mockRestore());
    const code = await run([...args, '--tenant', tenant, '--url', world.local.url]);
    log.mockRestore();
    await world.advance('PT5M');
    return { code, said: said.join('\n') };
  };
  const send = () => lapse('--to', 'alex@contoso.com', '--send', '--contact', 'the mail team');

  await world.feed(record('Set-OrganizationConfig', world.past(), { RejectDirectSend: 'False' }));
  const directSend = await world.one('Direct Send');
  expect((await send()).code).toBe(3);
  await lapse('result');
  const open = await lapse('coverage');
  expect(open.code).toBe(3);
  expect(open.said).toMatch(new RegExp(`direct-send +contoso\\.com +open +\\S+ +${directSend.id}`));

  await world.feed(
    record('Set-OrganizationConfig', world.past(1), { RejectDirectSend: 'True' }),
    record('New-InboundConnector', world.past(1), {
      Name: 'Gateway',
      ConnectorType: 'Partner',
      SenderDomains: '*',
      SenderIPAddresses: '198.51.100.7',
      RestrictDomainsToIPAddresses: 'True',
    }),
  );
  const closed = await send();
  expect(closed.said).toContain('550 5.7.51');
  expect((await lapse('result')).code).toBe(0);
  const covered = await lapse('coverage');
  for (const door of ['direct-delivery', 'direct-send', 'own-name'])
    expect(covered.said).toMatch(new RegExp(`${door} +contoso\\.com +closed`));
  expect(covered.said).toMatch(/gateway +contoso\.com +works/);
  expect(covered.said).toMatch(/connector +Gateway +not tested/);
});
