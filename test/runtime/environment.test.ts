import { describe, expect, it, vi } from 'vitest';
import { readEnvironment } from '#runtime/environment.ts';
import { once } from '#runtime/once.ts';

describe('the environment of a function', () => {
  it('points at Microsoft and Slack unless told otherwise', () => {
    expect(readEnvironment('enforce', { TABLE_NAME: 't', EXCHANGE_SECRET: 's' })).toEqual({
      TABLE_NAME: 't',
      EXCHANGE_SECRET: 's',
      EXCHANGE_URL: 'https://outlook.office365.com',
      LOGIN_URL: 'https://login.microsoftonline.com',
      NEW_TENANTS: 'live',
    });
    expect(
      readEnvironment('ask-owners', { TABLE_NAME: 't', SLACK_BOT_TOKEN_SECRET: 's', QUEUE_URL: 'q' })
        .SLACK_API_URL,
    ).toBe('https://slack.com/api/');
  });

  it('is refused where variables are missing or malformed, each by name and without its value', () => {
    const read = () =>
      readEnvironment('ask-owners', { TABLE_NAME: '', SLACK_API_URL: 'xoxb-pasted-by-mistake' });
    expect(read).toThrow(/TABLE_NAME.*SLACK_BOT_TOKEN_SECRET.*SLACK_API_URL/);
    expect(read).not.toThrow(/xoxb/);
  });
});

describe('what is built once', () => {
  it('is built at the first call and never again', () => {
    const build = vi.fn(() => ({}));
    const get = once(build);
    expect(build).not.toHaveBeenCalled();
    expect(get()).toBe(get());
    expect(build).toHaveBeenCalledTimes(1);
  });

  it('is tried again where building it failed', () => {
    const build = vi.fn().mockImplementationOnce(() => {
      throw new Error('not yet');
    });
    const get = once(build);
    expect(get).toThrow('not yet');
    expect(get).not.toThrow();
  });
});
