/** What becomes of the mail of a transport rule once the rule is off: all that the rule does to it. */
import { filteredAsUsual } from '../off-effects.ts';
import { isSet, text } from '#risk/settings.ts';
import type { Settings } from '#risk/settings.ts';
import type { WhenOff } from '../kind.ts';

const copies = ['BlindCopyTo', 'CopyTo', 'AddToRecipients', 'AddManagerAsRecipientType'] as const;

export function ruleWhenOff(settings: Settings): WhenOff {
  const connector = text(settings, 'RouteMessageOutboundConnector');
  const stops = [
    ...(connector === undefined
      ? []
      : [
          `Its mail leaves the usual way instead of through the connector "${connector}": a receiver that takes mail only from there may refuse it.`,
        ]),
    ...(isSet(settings, 'RedirectMessageTo')
      ? ['Its mail goes to its own recipients again, and not to whoever gets it instead of them now.']
      : []),
    ...(copies.some((name) => isSet(settings, name))
      ? ['Whoever gets a copy now does not get one any more.']
      : []),
  ];
  return stops.length === 0 ? filteredAsUsual() : { mayStop: true, text: stops.join(' ') };
}
