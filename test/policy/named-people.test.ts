/** Nobody whom a comment names is missed for the way they are written. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { peopleIn } from '#policy/named-people.ts';

const ann = 'ann@contoso.com';

describe('a text names', () => {
  it.each([
    ['plainly', 'ask Ann@Contoso.com.', ann],
    ['with half of it in quotes', '"ann"@contoso.com', ann],
    ['with a blank in the quotes', 'to "ann lee"@contoso.com', 'ann lee@contoso.com'],
    ['in quotes', '"ann@contoso.com"', ann],
    ['in single quotes', "'ann@contoso.com'", ann],
    ['as a link', '<mailto:ann@contoso.com?subject=x>', ann],
    ['as a link to another, too', 'mailto:bob@contoso.com?cc=ann@contoso.com&subject=y', ann],
    ['as a link with its at sign escaped', 'mailto:ann%40contoso.com', ann],
    ['as a web page writes it', 'ann&#64;contoso.com', ann],
    ['as Exchange writes it', 'SMTP:ann@contoso.com', ann],
    ['so that no program finds it', 'ann [at] contoso (dot) com', ann],
    ['with blanks', 'ann @ contoso.com', ann],
    ['in wide letters', 'ann＠contoso.com', ann],
    ['with something in it that nobody sees', 'an\u200bn@contoso.com', ann],
    ['behind a stroke', 'bob/ann@contoso.com', ann],
    ['behind another address', 'bob@contoso.com/ann@contoso.com', ann],
    ['behind an ampersand', 'bob&ann@contoso.com', ann],
    ['with a tag', 'ann+rules@contoso.com', ann],
    ['with a tag, by all of it', 'ann+rules@contoso.com', 'ann+rules@contoso.com'],
    ['with an apostrophe', "owner: O'Brien@contoso.com", "o'brien@contoso.com"],
    ['as a Slack id', 'owner: U0FRIEND', 'U0FRIEND'],
    ['as a Slack id, in other text', 'ask U012AB3CD, or W012AB3CD!', 'U012AB3CD'],
    ['as a Slack id of an organisation', 'ask U012AB3CD, or W012AB3CD!', 'W012AB3CD'],
    ['as Slack mentions them', 'ok by <@U0FRIEND>', 'U0FRIEND'],
    ['as Slack mentions them, with a name', 'ok by <@U0FRIEND|friend>', 'U0FRIEND'],
    ['as Slack mentions them, by a short id', '(@u0abc)', 'U0ABC'],
    ['as Slack links them', 'https://contoso.slack.com/team/u0abc', 'U0ABC'],
    ['as owner, by a short id', 'Owner: u0abc; ticket: 7', 'U0ABC'],
  ])('somebody %s: %s', (_, text, person) => {
    expect(peopleIn(text)).toContain(person);
  });

  it.each([
    'nothing',
    'ask @friend',
    'owner: ann lee',
    'URGENT: WHY, USA',
    'we meet @ noon',
    'XU012AB3CD U012ab3cd',
    'owner: unknown',
    'owner: WINDOWS; ok by @use',
    'user@',
    '@contoso.com',
    'support.u0abc@',
  ])('nobody: %s', (text) => {
    expect(peopleIn(text)).toEqual([]);
  });

  it('nobody but addresses and Slack users, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        for (const person of peopleIn(text)) expect(person).toMatch(/^(?:[^@]+@[^@]+|[UW][A-Z0-9]{2,})$/);
      }),
    );
  });
});
