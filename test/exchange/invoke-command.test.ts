import { describe, expect, it } from 'vitest';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { createInvokeCommand } from '#exchange/invoke-command.ts';
import { recordedWaits, scripted } from './scripted-fetch.ts';
import { start, tenantId } from './surroundings.ts';
import type { TokenRequest } from '#microsoft/token.ts';
import type { Script } from './scripted-fetch.ts';

const accessToken = 'header.claims.signature-of-the-token';
const read = { cmdlet: 'Get-TransportRule', parameters: { Identity: 'a rule' } };
const disable = { cmdlet: 'Disable-TransportRule', parameters: { Identity: 'a rule', Confirm: false } };

function exchange(
  fetch: typeof globalThis.fetch,
  exchangeUrl = 'https://outlook.office365.com',
  timeout = 5_000,
) {
  const { wait, waits } = recordedWaits();
  const asked: (boolean | undefined)[] = [];
  const warnings: string[] = [];
  const invoke = createInvokeCommand({
    fetch,
    wait,
    now: () => Date.parse(start),
    random: () => 0,
    exchangeUrl,
    tenant: tenantId,
    token: ({ fresh }: TokenRequest = {}) => {
      asked.push(fresh);
      return Promise.resolve(fresh === true ? 'renewed' : accessToken);
    },
    patience: { attempts: 4, firstWait: 1_000, longestWait: 10_000, timeout },
    warn: ({ cmdlet, text }) => warnings.push(`${cmdlet}: ${text}`),
  });
  return { invoke, waits, asked, warnings };
}
function scriptedExchange(...script: Script) {
  const { fetch, sent } = scripted(...script);
  return { ...exchange(fetch), sent };
}
const failure = async (call: Promise<unknown>): Promise<ExchangeError> => {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ExchangeError);
  return error as ExchangeError;
};
const refusal = (exception: string, text: string, code = 'BadRequest') => ({
  error: {
    code,
    message: 'Error executing cmdlet',
    details: [{ code: 'Client', target: '', message: `Ex12AB34|${exception}|${text}` }],
  },
});
const missing = refusal(
  'Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException',
  "The object 'a rule' couldn't be found.",
  'NotFound',
);

describe('a request', () => {
  it('carries the cmdlet, the token, and what keeps its answer readable', async () => {
    const { invoke, sent } = scriptedExchange({ body: { value: [] } });
    await invoke(read);

    expect(sent[0]?.url).toBe(`https://outlook.office365.com/adminapi/beta/${tenantId}/InvokeCommand`);
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
      CmdletInput: { CmdletName: 'Get-TransportRule', Parameters: { Identity: 'a rule' } },
    });
    expect(sent[0]?.headers.get('authorization')).toBe(`Bearer ${accessToken}`);
    expect(sent[0]?.headers.get('accept-encoding')).toBe('identity');
    expect(sent[0]?.headers.get('prefer')).toBe('odata.maxpagesize=1000');
    expect(sent[0]?.headers.get('x-anchormailbox')).toBe(
      `APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@${tenantId}`,
    );
    expect(sent[0]?.redirect).toBe('manual');
  });

  it('is sent once more with a fresh token when the token is refused, and not a third time', async () => {
    const once = scriptedExchange({ status: 401 }, { body: { value: [{ Name: 'a' }] } });
    expect(await once.invoke(read)).toEqual([{ Name: 'a' }]);
    expect(once.asked).toEqual([undefined, true]);
    expect(once.sent[1]?.headers.get('authorization')).toBe('Bearer renewed');

    const always = scriptedExchange({ status: 401 });
    expect((await failure(always.invoke(read))).code).toBe('unauthorised');
    expect(always.sent).toHaveLength(2);
  });
});

describe('an answer', () => {
  it('is freed of the annotations beside its values', async () => {
    const { invoke } = scriptedExchange({
      body: {
        value: [
          {
            'Guid@data.type': 'System.Guid',
            Guid: 'g',
            'SenderDomains@odata.type': '#Collection(String)',
            SenderDomains: ['a'],
          },
        ],
      },
    });
    expect(await invoke(read)).toEqual([{ Guid: 'g', SenderDomains: ['a'] }]);
  });

  it('that lists one null lists nothing', async () => {
    expect(await scriptedExchange({ body: { value: [null] } }).invoke(read)).toEqual([]);
  });

  it('to a change is a success when it is empty, or an empty list', async () => {
    for (const body of ['', { value: [] }, '\0\0'])
      expect(await scriptedExchange({ body }).invoke(disable)).toEqual([]);
  });

  it('to a read is no list when it is empty, HTML, or something else', async () => {
    for (const body of ['', '\0\0\0', '<html></html>', '{"value":', {}, { value: 'none' }]) {
      const error = await failure(scriptedExchange({ body }).invoke(read));
      expect([error.code, error.retryable]).toEqual(['unexpected-answer', false]);
    }
  });

  it('with HTTP 200 can hold an error, under either name, also to a change', async () => {
    const { error } = refusal('SomeException', 'The rule is in use.');
    for (const body of [{ error }, { '@odata.error': error }])
      for (const call of [read, disable]) {
        const thrown = await failure(scriptedExchange({ body }).invoke(call));
        expect(thrown.code).toBe('refused');
        expect(thrown.message).toBe(
          `Exchange did not carry out ${call.cmdlet} (HTTP 200): The rule is in use.`,
        );
      }
  });

  it('tells what Exchange warns of', async () => {
    const { invoke, warnings } = scriptedExchange({
      body: { value: [], '@adminapi.warnings': ['There are more\r\nresults available.'] },
    });
    await invoke(read);
    expect(warnings).toEqual(['Get-TransportRule: There are more results available.']);
  });

  it('is not read without end', async () => {
    const endless = new ReadableStream({
      pull: (controller) => {
        controller.enqueue(new Uint8Array(4 * 1024 * 1024));
      },
    });
    const fetch = (() => Promise.resolve(new Response(endless))) as typeof globalThis.fetch;
    const error = await failure(exchange(fetch).invoke(read));
    expect(error.message).toContain('more than 32 MB');
  });
});

describe('a list over several pages', () => {
  const at = `https://outlook.office365.com/adminapi/beta/${tenantId}/InvokeCommand`;

  it('is read to its end by sending the same command again', async () => {
    const { invoke, sent } = scriptedExchange(
      { body: { value: [{ Name: 'a' }], '@odata.nextLink': `${at}?$skiptoken=1` } },
      { body: { value: [{ Name: 'b' }] } },
    );
    expect(await invoke(read)).toEqual([{ Name: 'a' }, { Name: 'b' }]);
    expect(sent[1]?.url).toBe(`${at}?$skiptoken=1`);
    expect(sent[1]?.body).toBe(sent[0]?.body);
  });

  it('is not followed to another address, whatever that address looks like', async () => {
    for (const link of [
      'https://elsewhere.example/next',
      'http://outlook.office365.com/next',
      'https://outlook.office365.com:444/next',
      'https://outlook.office365.com@elsewhere.example/next',
      'https://user:word@outlook.office365.com/next',
      '//elsewhere.example/next',
      'http://[not an address',
    ]) {
      const { invoke, sent } = scriptedExchange({
        body: { value: [{ Name: 'a' }], '@odata.nextLink': link },
      });
      const error = await failure(invoke(read));
      expect(error.code).toBe('unexpected-answer');
      expect(error.message).not.toContain(accessToken);
      expect(sent).toHaveLength(1);
    }
  });

  it('that points back at itself is no list', async () => {
    const circle = [`${at}?p=2`, at].map((next) => ({ body: { value: [], '@odata.nextLink': next } }));
    const { invoke, sent } = scriptedExchange(...Array.from({ length: 20 }, () => circle).flat(), () => {
      throw new Error('it was followed for ever');
    });
    expect((await failure(invoke(read))).message).toContain('does not end');
    expect(sent).toHaveLength(2);
  });
});

describe('a refusal', () => {
  it('with NUL bytes for a body says which role is missing', async () => {
    for (const body of ['\0'.repeat(64), '', '   ']) {
      const { invoke, sent } = scriptedExchange({ status: 403, body });
      const error = await failure(invoke(disable));
      expect([error.code, error.retryable]).toEqual(['forbidden', false]);
      expect(error.message).toMatch(
        /HTTP 403.*"Transport Rules".*"Remote and Accepted Domains".*half an hour/,
      );
      expect(sent).toHaveLength(1);
    }
  });

  it('that says why passes the reason on', async () => {
    const error = await failure(
      scriptedExchange({ status: 403, body: refusal('X', 'You may not do this.') }).invoke(disable),
    );
    expect(error.message).toContain('(HTTP 403): You may not do this. Give the application');
  });

  it('tells a missing object by the name of the exception, whatever the status', async () => {
    for (const status of [404, 400, 200])
      expect((await failure(scriptedExchange({ status, body: missing }).invoke(read))).code).toBe(
        'not-found',
      );
  });

  it('with HTTP 404 alone proves nothing about the object', async () => {
    for (const body of [
      '',
      '<html>Not Found</html>',
      { error: { code: 'NotFound', message: 'No such route' } },
    ])
      expect((await failure(scriptedExchange({ status: 404, body }).invoke(read))).code).not.toBe(
        'not-found',
      );
  });

  it('of the network tells its code, and nothing that only looks like one', async () => {
    const failing = (code: string) => () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code }) });
    };
    const told = async (code: string) =>
      (await failure(scriptedExchange(failing(code)).invoke(read))).message;
    expect(await told('ECONNREFUSED')).toContain('(ECONNREFUSED)');
    expect(await told(`Bearer ${accessToken}`)).not.toContain(accessToken);
  });

  it('is quoted for people: after the last bar, on one line, bounded, and without the token', async () => {
    const error = await failure(
      scriptedExchange({
        status: 400,
        body: refusal('X|Y', `line one\r\nline two ${accessToken} ${'x'.repeat(2_000)}`),
      }).invoke(disable),
    );
    expect(error.message).toContain('line one line two [secret] xxx');
    expect(error.message.length).toBeLessThan(520);
  });

  it.each([
    'https://elsewhere.example/adminapi?secret=1',
    'http://eur01.outlook.office365.com/adminapi',
    'https://eur01.outlook.office365.com.elsewhere.example/',
    'https://notoutlook.office365.com/adminapi',
    'https://someone@eur01.outlook.office365.com/',
    'https://eur01.outlook.office365.com:8443/',
  ])('by redirect to %s is not followed with the token', async (Location) => {
    for (const status of [301, 302, 307, 308]) {
      const { invoke, sent } = scriptedExchange({ status, headers: { Location } });
      const error = await failure(invoke(read));
      expect(error.code).toBe('unexpected-answer');
      expect(error.message).toContain('which is not followed');
      // The command, and the question where the tenant lives.
      expect(sent).toHaveLength(2);
      expect(new Set(sent.map(({ url }) => new URL(url).origin)).size).toBe(1);
    }
  });

  it('that sends the tenant to its own host is asked there, now and later', async () => {
    const away = {
      status: 302,
      headers: { Location: 'https://eur01.outlook.office365.com/AdminApi/v1.0/x' },
    };
    const { invoke, sent } = scriptedExchange(away, away, { body: { value: [{ Name: 'a' }] } });
    expect(await invoke(read)).toEqual([{ Name: 'a' }]);
    await invoke(read);
    expect(sent.map(({ url }) => new URL(url)).map(({ host, pathname }) => `${host}${pathname}`)).toEqual([
      `outlook.office365.com/adminapi/beta/${tenantId}/InvokeCommand`,
      `outlook.office365.com/AdminApi/v1.0/${tenantId}/EXOModuleFile`,
      `eur01.outlook.office365.com/adminapi/beta/${tenantId}/InvokeCommand`,
      `eur01.outlook.office365.com/adminapi/beta/${tenantId}/InvokeCommand`,
    ]);
  });

  it('that sends it on and on is no answer', async () => {
    const { invoke, sent } = scriptedExchange({
      status: 302,
      headers: { Location: 'https://eur01.outlook.office365.com/' },
    });
    expect((await failure(invoke(read))).code).toBe('unexpected-answer');
    expect(sent).toHaveLength(3);
  });
});

describe('a busy or failing Exchange', () => {
  it('is asked again after what Retry-After says, in seconds or as a date', async () => {
    const { invoke, waits } = scriptedExchange(
      { status: 429, headers: { 'Retry-After': '2' } },
      { status: 429, headers: { 'Retry-After': 'Fri, 20 Nov 2026 09:00:04 GMT' } },
      { body: { value: [] } },
    );
    await invoke(read);
    expect(waits).toEqual([2_000, 4_000]);
  });

  it('is asked again after waits that grow, four times in all', async () => {
    for (const status of [500, 502, 503, 504]) {
      const { invoke, waits, sent } = scriptedExchange({ status, body: '<html>' });
      const error = await failure(invoke(read));
      expect([error.code, error.retryable]).toEqual(['unavailable', true]);
      expect(sent).toHaveLength(4);
      expect(waits).toEqual([500, 1_000, 2_000]);
    }
  });

  it('that wants a longer pause than a function can wait is left at once', async () => {
    const { invoke, waits } = scriptedExchange({ status: 429, headers: { 'Retry-After': '600' } });
    const error = await failure(invoke(read));
    expect([error.code, error.retryable]).toEqual(['throttled', true]);
    expect(waits).toEqual([]);
  });

  it('is not asked again for what will not change by itself', async () => {
    for (const status of [400, 403, 404, 405, 501]) {
      const { invoke, sent } = scriptedExchange({ status });
      await failure(invoke(read));
      expect(sent).toHaveLength(1);
    }
  });

  it('that does not answer in time is left, and asked again', async () => {
    let calls = 0;
    const silent: typeof fetch = (_input, init) => {
      calls += 1;
      return new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
      });
    };
    const error = await failure(exchange(silent, undefined, 1).invoke(read));
    expect(error.code).toBe('timeout');
    expect(calls).toBe(4);
  });

  it('that refuses with a body nobody can unpack has refused all the same', async () => {
    const packed = () =>
      Promise.resolve(
        new Response(
          new ReadableStream({ start: (body) => body.error(new Error('incorrect header check')) }),
          { status: 403 },
        ),
      );
    expect((await failure(exchange(packed).invoke(read))).code).toBe('forbidden');
  });

  it('is not asked again once the caller has had enough', async () => {
    const { invoke, sent } = scriptedExchange({ status: 503 });
    await failure(invoke(read, AbortSignal.abort()));
    expect(sent).toHaveLength(1);
  });
});
