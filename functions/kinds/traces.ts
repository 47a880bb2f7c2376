/**
 * How mail statistics show what went through an exception. It is a record of the kind, so that whoever joins the two asks
 * no exception what kind it is of.
 */
import { text, type Settings } from '#risk/settings.ts';

export type Traces =
  | {
      /** Its GUID or name stands among the rules that a message went through. */
      readonly by: 'rule';
      /** Why nothing shows it all the same, as part of a sentence. */
      readonly hidden: (settings: Settings) => string | undefined;
    }
  /** Its GUID or name stands among the connectors. */
  | { readonly by: 'inbound connector' | 'outbound connector' }
  /** The filter says that a list let the message past; whose entry it was shows in the sender, or in where it came from. */
  | { readonly by: 'address list' | 'sender list' }
  /** Mail from outside in the name of one of the tenant's domains that came through no connector. */
  | { readonly by: 'own domain' };

export const byRule: Traces = {
  by: 'rule',
  // What logs nothing leaves no trace: that it was not seen proves nothing.
  hidden: (settings) =>
    /^DoNotAudit$/i.test(text(settings, 'SetAuditSeverity') ?? '')
      ? 'the rule is set to log nothing (SetAuditSeverity DoNotAudit)'
      : undefined,
};
