/** A form of the menu was sent. What is filled in is checked here to help the person; the lifecycle checks it for good. */
import { mightBeApprover } from '#policy/authority.ts';
import { inWords } from '#time/instant.ts';
import { groupUnread } from './admission.ts';
import { SlackRefusal, SlackUnreachable } from './failure.ts';
import { longestReason } from './form.ts';
import { endOf, longestOf, menuFields, type MenuForm } from './menu-forms.ts';
import { besideField } from './refusal.ts';
import { standingWords } from './standing.ts';
import type { Answerer, Command } from '#lifecycle/commands.ts';
import type { Refusal } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import type { AnswerDependencies } from './dependencies.ts';
import type { Submission } from './payloads.ts';
import type { SlackPerson } from './slack.ts';

type Errors = { readonly errors: Readonly<Record<string, string>> };

/** What it asks for, or what is wrong, by field. */
export async function readMenuForm(
  { slack, policy, now }: AnswerDependencies,
  which: MenuForm,
  values: Submission['view']['state']['values'],
  exception: Exception,
  { by, seen }: { readonly by: Answerer; readonly seen: number },
): Promise<{ readonly command: Command } | Errors> {
  const field = (name: string) => values[name]?.[name];
  const reason = (field(menuFields.reason)?.value ?? '').trim();
  if ((which === 'hold' || which === 'restore') && mightBeApprover(by, policy, exception))
    return { errors: { [menuFields.reason]: groupUnread } };
  if (reason === '') return { errors: { [menuFields.reason]: 'Please say why.' } };
  if (reason.length > longestReason)
    return { errors: { [menuFields.reason]: `Please use at most ${longestReason} characters.` } };
  if (which === 'ask-approver') return { command: { type: 'AskForHelp', by, seen, question: reason } };
  if (which === 'not-mine' || which === 'ask-colleague') {
    const found = await findMember(slack, field(menuFields.whom)?.selected_user ?? undefined);
    if ('wrong' in found) return { errors: { [menuFields.whom]: found.wrong } };
    if (which === 'ask-colleague')
      return { command: { type: 'AskForHelp', by, seen, colleague: found.id, question: reason } };
    return found.address === undefined
      ? { errors: { [menuFields.whom]: unaddressed } }
      : { command: { type: 'Reassign', by, address: found.address.toLowerCase(), reason } };
  }
  const until = endOf(field(menuFields.length)?.selected_option?.value ?? '', now);
  if (until === undefined) return { errors: { [menuFields.length]: 'Please choose how long.' } };
  return {
    command:
      which === 'hold'
        ? { type: 'Hold', by, until, reason }
        : { type: 'Restore', by, expiresAt: until, reason },
  };
}

const unaddressed = 'Slack does not reveal the address of this person. Please choose somebody else.';

async function findMember(
  slack: AnswerDependencies['slack'],
  user: string | undefined,
): Promise<SlackPerson | { readonly wrong: string }> {
  if (user === undefined) return { wrong: 'Please choose a person.' };
  try {
    const person = await slack.person(user);
    const { standing } = person;
    return standing === 'member'
      ? person
      : {
          wrong: `Only a full member of this workspace will do, and Slack says that this person is ${standingWords[standing]}.`,
        };
  } catch (error) {
    if (!(error instanceof SlackRefusal || error instanceof SlackUnreachable)) throw error;
    return { wrong: 'Slack could not say who this person is. Please try again in a minute.' };
  }
}

/** Why it was refused, beside the field that it is about; `undefined` if the form has nothing left to ask. */
export function besideMenuField(
  which: MenuForm,
  why: Refusal,
  exception: Exception,
  policy: Policy,
  by: Answerer,
): Readonly<Record<string, string>> | undefined {
  if (why === 'not-allowed' && (which === 'hold' || which === 'restore'))
    return { [menuFields.reason]: 'Only approvers may do that. Your attempt is in the trail.' };
  if (why === 'bad-term' && (which === 'hold' || which === 'restore'))
    return {
      [menuFields.length]: `For ${exception.risk} risk it may last ${inWords(longestOf(which, exception, policy))} at most.`,
    };
  const beside = besideField(why, exception, policy, by);
  return beside === undefined ? undefined : { [menuFields.reason]: beside };
}
