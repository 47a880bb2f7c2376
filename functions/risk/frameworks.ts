/**
 * Public checks and frameworks that findings correspond to. Identifiers move between versions, so each is named
 * with the version it was read in (November 2026). They correspond; none of them asks for an owner or an expiry.
 */

/** Public baselines, and the version whose numbers are used. */
export const baselines = {
  ORCA: 'as carried by Maester 2.0.0 on 18 August 2026',
  Maester: '2.0.0, as of 18 August 2026',
  'CIS Microsoft 365': 'v7.0.0',
  'CISA SCuBA': 'securitysuite and exo baselines, March 2026',
} as const;

export interface BaselineCheck {
  readonly baseline: keyof typeof baselines;
  readonly version: string;
  readonly id: string;
}

const of =
  (baseline: BaselineCheck['baseline']) =>
  (id: string): BaselineCheck => ({ baseline, version: baselines[baseline], id });
export const orca = of('ORCA');
export const maester = of('Maester');
export const cis = of('CIS Microsoft 365');
export const scuba = of('CISA SCuBA');

export interface Framework {
  readonly name: 'NIST CSF 2.0' | 'OWASP NHI Top 10 2025, by analogy' | 'MITRE ATT&CK v19';
  readonly id: string;
  readonly title: string;
}

/** NIST Cybersecurity Framework 2.0: what keeping the exception in order contributes to. */
const nist = (id: string, title: string): Framework => ({ name: 'NIST CSF 2.0', id, title });
export const changesAndExceptions = nist('ID.RA-07', 'Changes and exceptions are managed and tracked');
export const dataFlows = nist('ID.AM-03', 'Network communication and data flows are represented');
export const leastPrivilege = nist('PR.AA-05', 'Access is managed by least privilege');
export const dataInTransit = nist('PR.DS-02', 'Data in transit is protected');
export const configuration = nist('PR.PS-01', 'Configuration management is applied');
export const logRecords = nist('PR.PS-04', 'Log records are generated and available');
export const networkAccess = nist('PR.IR-01', 'Networks are protected from unauthorised use');
export const providers = nist('DE.CM-06', 'External service providers are monitored');

/** A connector or an allow entry is no identity, but it is trusted like one: always named "by analogy". */
const nhi = (id: string, title: string): Framework => ({
  name: 'OWASP NHI Top 10 2025, by analogy',
  id,
  title,
});
export const thirdParty = nhi('NHI3', 'Vulnerable Third-Party NHI');
export const insecureAuthentication = nhi('NHI4', 'Insecure Authentication');
export const overprivileged = nhi('NHI5', 'Overprivileged NHI');

/** What an attacker would use it for. Version 19 replaced T1562 by T1685 and T1656 by T1684.001. */
const attack = (id: string, title: string): Framework => ({ name: 'MITRE ATT&CK v19', id, title });
export const phishing = attack('T1566', 'Phishing');
export const phishingLink = attack('T1566.002', 'Spearphishing Link');
export const phishingAttachment = attack('T1566.001', 'Spearphishing Attachment');
export const impersonation = attack('T1684.001', 'Impersonation');
export const disableTools = attack('T1685', 'Disable or Modify Tools');
export const disableLog = attack('T1685.002', 'Disable or Modify Cloud Log');
export const forwarding = attack('T1114.003', 'Email Forwarding Rule');
export const hiding = attack('T1564.008', 'Email Hiding Rules');
export const internalPhishing = attack('T1534', 'Internal Spearphishing');
