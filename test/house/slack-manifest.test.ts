/** The manifest from which people make their Slack app: it asks for what Lapse uses, at the addresses it listens on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { scopes } from '#doctor/slack-checks.ts';

const project = join(import.meta.dirname, '..', '..');
const { oauth_config, settings, features } = z
  .object({
    oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
    settings: z.object({
      event_subscriptions: z.object({ request_url: z.url(), bot_events: z.array(z.string()) }),
      interactivity: z.object({ is_enabled: z.literal(true), request_url: z.url() }),
    }),
    features: z.object({
      slash_commands: z.array(z.object({ command: z.string(), url: z.url(), should_escape: z.boolean() })),
      app_home: z.object({ home_tab_enabled: z.literal(true), messages_tab_enabled: z.literal(true) }),
    }),
  })
  .parse(parse(readFileSync(join(project, 'docs/slack-app.yaml'), 'utf8')));

it('asks for the scopes that the doctor looks for, and no other', () => {
  expect(oauth_config.scopes.bot).toEqual([...scopes, 'usergroups:read']);
});

it('leads to the addresses that the stack listens on', () => {
  const [command] = features.slash_commands;
  expect(command).toMatchObject({ command: '/lapse', should_escape: true });
  expect(settings.event_subscriptions.bot_events).toEqual(['app_home_opened']);
  const routes = /for \(const path of \[([^\]]+)\]/.exec(
    readFileSync(join(project, 'lib/slack-app.ts'), 'utf8'),
  )?.[1];
  const listened = [...(routes ?? '').matchAll(/'([^']+)'/g)].map(([, path]) => path);
  expect(
    [settings.interactivity.request_url, command?.url ?? '', settings.event_subscriptions.request_url].map(
      (url) => new URL(url).pathname,
    ),
  ).toEqual(listened);
});
