import { instant } from '#time/instant.ts';
import type { InboundConnector, Posture } from '#probe/plan.ts';
import type { Answer, ProbeRun, ProbeTest, Seen } from '#probe/run.ts';

export const exchange = 'AB1.mail.protection.outlook.com';
const encryption = { used: true } as const;

export const refused = (
  status: string,
  more: Partial<Extract<Answer, { type: 'refused' }>> = {},
): Answer => ({
  type: 'refused',
  at: 'RCPT TO',
  code: status.startsWith('4') ? 451 : 550,
  status,
  text: `${status} TenantInboundAttribution`,
  server: exchange,
  encryption,
  ...more,
});

export const accepted = (more: Partial<Extract<Answer, { type: 'accepted' }>> = {}): Answer => ({
  type: 'accepted',
  code: 250,
  text: '2.6.0 Queued',
  server: exchange,
  encryption,
  ...more,
});

export const seen = (more: Partial<Seen> = {}): Seen => ({
  at: instant('2026-11-28T10:30:00Z'),
  received: instant('2026-11-28T10:00:05Z'),
  status: 'Delivered',
  fromIP: '198.51.100.9',
  none: true,
  events: ['Receive', 'Deliver'],
  copies: 1,
  ...more,
});

export const test = (more: Partial<ProbeTest> = {}): ProbeTest => ({
  control: 'direct-delivery',
  host: 'contoso-com.mail.protection.outlook.com',
  sender: 'test@outside.example',
  from: 'test@outside.example',
  markHash: 'h',
  answer: accepted(),
  ...more,
});

export const run = (more: Partial<ProbeRun> = {}): ProbeRun => ({
  id: 'pr-0123456789abcdef',
  tenant: 'b3f6c1d2-7a54-4e0b-9d1c-5f20a6b8c9e1',
  domain: 'contoso.com',
  to: 'alex@contoso.com',
  at: instant('2026-11-28T10:00:00Z'),
  by: 'alex',
  tests: [test()],
  untested: [],
  ...more,
});

export const connector = (name: string, settings: InboundConnector['settings'], enabled = true) => ({
  name,
  enabled,
  settings: { ConnectorType: 'Partner', SenderDomains: ['smtp:*;1'], ...settings },
});

export const posture = (more: Partial<Posture> = {}): Posture => ({
  domains: ['contoso.com', 'contoso.onmicrosoft.com'],
  connectors: [],
  rejectsDirectSend: false,
  suffix: 'mail.protection.outlook.com',
  ...more,
});
