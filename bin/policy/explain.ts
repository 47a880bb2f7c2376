/** Which rules of a policy apply to an exception, and why. */
import { boundOf, needsFourEyes } from '#policy/authority.ts';
import { assess } from '#kinds/assess.ts';
import { kindOf } from '#kinds/registry.ts';
import { noteIn } from '#policy/comment.ts';
import { longestCadence, longestTerm } from '#policy/forms.ts';
import { inWords } from '#time/instant.ts';
import { channelOf, ladderOf, subjectOf } from '#policy/owner.ts';
import { approversOf, classOf, matches } from '#policy/policy.ts';
import { explainFinding } from '#kinds/catalogue.ts';
import type { ExplainedFinding } from '#risk/finding-row.ts';
import type { Assessment } from '#kinds/assess.ts';
import type { DescribedObject } from '#policy/owner.ts';
import type { Owner, Rung } from '#lifecycle/exception.ts';
import type { Policy, RiskClass } from '#policy/policy.ts';

export interface Rule {
  /** Where it stands in the policy, as `risk.high.longestTerm`. */
  readonly field: string;
  readonly value: string;
  readonly why: string;
}

export interface Explanation {
  readonly risk: string;
  readonly findings: readonly string[];
  /** Each finding, for whoever looks into it. */
  readonly explained: readonly ExplainedFinding[];
  readonly rules: readonly Rule[];
  /** Whom it asks, first to last. */
  readonly ladder: readonly string[];
}

/** `undefined` if the settings are harmless: then no rule applies. */
export function explainPolicy(object: DescribedObject, policy: Policy): Explanation | undefined {
  const { kind, settings } = object;
  const assessment = assess({ kind, settings });
  if (assessment.findings.length === 0) return undefined;
  return {
    risk: assessment.risk,
    findings: assessment.findings.map(({ id, risk, text }) => `${id} (${risk}) ${text}`),
    explained: assessment.findings.flatMap((finding) => explainFinding(finding, { settings }) ?? []),
    rules: [
      ...numbers(object, assessment, policy),
      ...bounds(assessment, policy),
      ...people(object, assessment, policy),
    ],
    ladder: ladderOf(object, policy).map(inLadder),
  };
}

const shown: readonly (keyof RiskClass)[] = [
  'confirmWithin',
  'confirmAgainWithin',
  'longestTerm',
  'reviewEvery',
  'remindBefore',
  'leastNotice',
  'askNextAfter',
  'hours',
  'onSilence',
  'restoreFor',
  'renewalsBeforeSecondApprover',
];

function numbers(
  { kind, settings }: DescribedObject,
  { risk, remedy }: Assessment,
  policy: Policy,
): readonly Rule[] {
  const numbers = classOf(policy, { risk, kind, settings });
  const own = policy.kinds[kind]?.[risk] ?? {};
  const given = shown.filter((name) => numbers[name] !== undefined);
  return given.map((name) => {
    const overridden = own[name] !== undefined;
    return {
      field: overridden ? `kinds.${kind}.${risk}.${name}` : `risk.${risk}.${name}`,
      value: text(numbers[name]),
      why:
        name === 'onSilence' && remedy === 'escalate'
          ? 'but disabling it would remove protection: silence alerts people, whatever policy says'
          : overridden
            ? `it is ${risk} risk, and policy has its own number for ${kindOf(kind).plural}`
            : name === 'onSilence' && kindOf(kind).shipped?.(settings)
              ? `every tenant has it from the start: it stays on, unless policy says otherwise under kinds.${kind}.${risk}`
              : `it is ${risk} risk`,
    };
  });
}

function bounds({ risk, evidence, breadth }: Assessment, policy: Policy): readonly Rule[] {
  const bound = boundOf({ evidence, breadth }, policy);
  const because = [
    ...(policy.evidence[evidence.grade] ? [`its evidence is ${evidence.grade}: ${evidence.why}`] : []),
    ...(breadth.everyone && Object.keys(policy.everyone).length > 0
      ? ['nothing narrows down whom it is for']
      : []),
  ].join('; ');
  const field =
    breadth.everyone && !policy.evidence[evidence.grade] ? 'everyone' : `evidence.${evidence.grade}`;
  return [
    ...(bound.longestTerm === undefined
      ? []
      : [
          {
            field: `${field}.longestTerm`,
            value: `${text(longestTerm({ risk, evidence, breadth }, policy))} at most, reviewed every ${inWords(longestCadence({ risk, evidence, breadth }, policy))}`,
            why: because,
          },
        ]),
    ...(bound.approvedBy === 'approvers'
      ? [{ field: `${field}.approvedBy`, value: 'approvers', why: because }]
      : []),
  ];
}

function people(object: DescribedObject, { risk }: Assessment, policy: Policy): readonly Rule[] {
  const classified = { risk, kind: object.kind };
  const subject = subjectOf(object);
  const rule = policy.owners.findIndex((one) => matches(one, subject));
  const channel = policy.channels.findIndex((one) => matches(one, subject));
  const own = classOf(policy, classified).approvers !== undefined;
  return [
    {
      field: own ? `risk.${risk}.approvers` : 'approvers',
      value: approversOf(policy, classified).join(', '),
      why: 'they may answer for it, whoever owns it',
    },
    ...(needsFourEyes({ risk }, policy)
      ? [
          {
            field: 'fourEyes',
            value: risk,
            why: `who made it (${object.changedBy.id || 'unknown'}) cannot approve it, nor can anybody they name${
              risk === 'critical' ? '; critical exceptions need an approver' : ''
            }`,
          },
        ]
      : []),
    ...(noteIn(object.settings).owner === undefined
      ? []
      : [
          { field: 'comment', value: text(noteIn(object.settings).owner), why: 'its comment names an owner' },
        ]),
    ...(rule < 0
      ? []
      : [
          {
            field: `owners.${rule}`,
            value: policy.owners[rule]?.owner ?? '',
            why: 'the first matching rule',
          },
        ]),
    {
      field: channel < 0 ? 'fallbackChannel' : `channels.${channel}.channel`,
      value: channelOf(policy, object),
      why: channel < 0 ? 'no other channel matches' : 'the first matching rule',
    },
  ];
}

const named = (owner: Owner): string =>
  owner.type === 'person' ? owner.address : (owner.channel ?? `the fallback channel (${owner.why})`);

const inLadder = ({ from, owner }: Rung): string => `${from}: ${named(owner)}`;

const text = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(String).join(', ')
    : typeof value === 'number'
      ? String(value)
      : typeof value === 'string'
        ? value
        : '';
