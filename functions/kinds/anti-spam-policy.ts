/** Switches of anti-spam policies, which Exchange calls content filters. */
import * as to from '#risk/frameworks.ts';
import { createProtectionPolicy } from './protection-policy.ts';

const off = { weak: ['false'], good: '$true' };

export const antiSpamPolicy = createProtectionPolicy({
  name: 'anti-spam policy',
  plural: 'anti-spam policies',
  licence: undefined,
  noun: 'HostedContentFilterPolicy',
  letters: 'CP',
  called: 'a policy against spam',
  policies: 'several',
  telling: ['PhishZapEnabled'],
  against: [to.disableTools, to.phishing],
  switches: [
    {
      number: 2,
      property: 'HighConfidencePhishAction',
      weak: ['movetojmf', 'addxheader', 'modifysubject', 'noaction'],
      good: 'Quarantine',
      risk: 'high',
      effect: 'mail that is certainly phishing is delivered',
      checks: [to.orca('ORCA-104')],
    },
    {
      number: 3,
      property: 'PhishSpamAction',
      // MoveToJmf, which puts it in the junk folder, was once what Microsoft shipped; ModifySubject puts it there too.
      weak: ['addxheader', 'noaction'],
      good: 'Quarantine',
      risk: 'medium',
      effect: 'phishing is only marked, and delivered',
      checks: [to.orca('ORCA-142')],
    },
    {
      ...off,
      number: 4,
      property: 'PhishZapEnabled',
      risk: 'medium',
      effect: 'phishing that is recognised after delivery stays in mailboxes',
      checks: [to.orca('ORCA-120-phish')],
    },
    {
      ...off,
      number: 5,
      property: 'SpamZapEnabled',
      risk: 'medium',
      effect: 'spam that is recognised after delivery stays in mailboxes',
      checks: [to.orca('ORCA-120-spam')],
    },
  ],
});
