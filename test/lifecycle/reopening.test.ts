import { describe, expect, it } from 'vitest';
import { explainReopening } from '#lifecycle/reopening.ts';
import { nobody } from '#lifecycle/inventory.ts';
import { instant } from '#time/instant.ts';
import type { Author, Reopening } from '#lifecycle/exception.ts';

const ann: Author = { type: 'person', id: 'ann@contoso.com' };
const bob: Author = { type: 'person', id: 'bob@contoso.com' };
const application = (id: string): Author => ({ type: 'application', id });
const on = (by: Author, at: string, offAt: string): Reopening => ({
  by,
  at: instant(at),
  offAt: instant(offAt),
});
const daily = (by: Author): readonly Reopening[] => [
  on(by, '2026-11-02T03:15:20Z', '2026-11-02T01:00:00Z'),
  on(by, '2026-11-03T03:15:40Z', '2026-11-03T01:00:00Z'),
  on(by, '2026-11-04T03:16:10Z', '2026-11-04T01:30:00Z'),
];

describe('who keeps switching it on', () => {
  it('is not said of the first time', () => {
    expect(explainReopening(daily(ann).slice(0, 1))).toBeUndefined();
    expect(explainReopening([])).toBeUndefined();
  });

  it('is named from the second time on, with how soon it happens', () => {
    expect(explainReopening(daily(ann).slice(0, 2))).toBe(
      'It was ann@contoso.com each time, each time within 2 hours of the disable. If a tool or script runs under that account, change it there, or approve it here; until then, each side undoes the other.',
    );
  });

  it('looks like a schedule if it is the same minute three times, and not before', () => {
    expect(explainReopening(daily(ann))).toContain(
      'always about 15 minutes past the hour, which looks like a schedule',
    );
    expect(explainReopening(daily(ann).slice(0, 2))).not.toContain('schedule');
  });

  it('is no schedule where the minutes differ, also around the full hour', () => {
    const [first, second, third] = daily(ann);
    if (!first || !second || !third) throw new Error('three');
    expect(
      explainReopening([first, second, { ...third, at: instant('2026-11-04T03:40:00Z') }]),
    ).not.toContain('schedule');
    const around = ['02:59:30', '03:00:10', '03:00:50'].map((time, day) =>
      on(ann, `2026-11-0${day + 2}T${time}Z`, `2026-11-0${day + 2}T01:00:00Z`),
    );
    expect(explainReopening(around)).toContain('looks like a schedule');
  });

  it('is no schedule where only the hourly inventory saw it', () => {
    const said = explainReopening(daily(nobody));
    expect(said).toContain('The log has named nobody yet');
    expect(said).not.toContain('schedule');
  });

  it('names a known tool by its name, and where to change it', () => {
    expect(explainReopening(daily(application('Microsoft365DSC')))).toContain(
      'It was the application Microsoft365DSC each time',
    );
    expect(explainReopening(daily(application('Microsoft365DSC')))).toContain(
      'remove it from its configuration (the resource of that object), or approve it here.',
    );
    expect(explainReopening(daily(application('CIPP-SAM')))).toContain('its standards and templates');
    expect(explainReopening(daily(application('7c9e-1')))).toContain(
      'An application that applies its own configuration undoes each disable',
    );
  });

  it('names several people where it was not always the same', () => {
    const [first, second] = daily(ann);
    if (!first || !second) throw new Error('two');
    expect(explainReopening([first, { ...second, by: bob }])).toContain(
      'It was not always the same: ann@contoso.com, bob@contoso.com',
    );
  });

  it('says nothing of the time where it took days', () => {
    expect(
      explainReopening([
        on(ann, '2026-11-02T03:15:20Z', '2026-11-02T01:00:00Z'),
        on(ann, '2026-11-09T03:15:20Z', '2026-11-03T01:00:00Z'),
      ]),
    ).not.toContain('within');
  });
});
