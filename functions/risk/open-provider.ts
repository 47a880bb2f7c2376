/**
 * Where anybody, or every customer of a carrier, has a mailbox: a proof that mail is from there proves no particular
 * sender. Each provider is in one of two public lists (`free-email-domains` 1.12.6, after HubSpot's, and
 * `email-providers` 2.26.0, read in November 2026), which also hold thousands of companies: those are left out.
 */
import { domainOf } from './settings.ts';

/** Providers that have a domain for nearly every country: yahoo.co.jp, hotmail.fr, outlook.com.br. */
const family =
  /^(?:yahoo|hotmail|live|outlook|windowslive|msn|gmx|aol|yandex)\.(?:com|net|co|eu|[a-z]{2}|com?\.[a-z]{2})$/;

const providers = new Set(
  `gmail.com googlemail.com ymail.com rocketmail.com icloud.com me.com mac.com aim.com
   proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io fastmail.com fastmail.fm hushmail.com
   mailbox.org posteo.de hey.com zoho.com mail.com email.com usa.com inbox.com lycos.com excite.com netscape.net
   compuserve.com juno.com netzero.net yopmail.com mailinator.com guerrillamail.com temp-mail.org 10minutemail.com
   web.de t-online.de freenet.de arcor.de bluewin.ch
   laposte.net orange.fr wanadoo.fr free.fr sfr.fr neuf.fr skynet.be telenet.be
   ziggo.nl home.nl planet.nl kpnmail.nl xs4all.nl chello.nl hetnet.nl zonnet.nl upcmail.nl
   btinternet.com virginmedia.com sky.com talktalk.net ntlworld.com blueyonder.co.uk o2.co.uk tiscali.co.uk eircom.net
   libero.it virgilio.it alice.it tiscali.it tin.it terra.es hispavista.com sapo.pt
   seznam.cz centrum.cz email.cz post.cz atlas.cz azet.sk wp.pl onet.pl o2.pl interia.pl gazeta.pl poczta.onet.pl op.pl
   freemail.hu citromail.hu go.ro abv.bg mail.bg inbox.lv hot.ee mail.ee freemail.gr forthnet.gr
   spray.se online.no c2i.net walla.co.il
   mail.ru list.ru bk.ru inbox.ru rambler.ru ya.ru pochta.ru ukr.net i.ua meta.ua bigmir.net tut.by
   comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net frontier.com
   frontiernet.net optonline.net windstream.net centurylink.net
   rogers.com shaw.ca bell.net sympatico.ca telus.net videotron.ca cogeco.ca
   uol.com.br bol.com.br terra.com.br ig.com.br globo.com terra.cl
   bigpond.com bigpond.net.au optusnet.com.au iinet.net.au tpg.com.au ozemail.com.au westnet.com.au xtra.co.nz
   qq.com 163.com 126.com yeah.net 139.com 189.cn 21cn.com aliyun.com foxmail.com tom.com sina.com sina.cn sohu.com
   naver.com daum.net hanmail.net nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp i.softbank.jp singnet.com.sg
   rediffmail.com indiatimes.com sify.com
   onmicrosoft.com amazonses.com sendgrid.net mailchimpapp.net`
    .trim()
    .split(/\s+/),
);

/** Whether somebody unknown may have opened this very mailbox. */
export const isAtOpenProvider = (address: string): boolean => isAnybodysDomain(domainOf(address));

/** Whether an entry, which may be a pattern, names no sender in particular. */
export function isAnybodysDomain(entry: string): boolean {
  // Patterns are regular expressions: "@gmail\\.com$", ".*@gmail.com".
  const plain = entry.replace(/\\[wSd]/g, '').replace(/[\\^$*+]/g, '');
  const at = plain.lastIndexOf('@');
  const mailbox = plain.slice(0, Math.max(at, 0)).replace(/\./g, '');
  const domain = domainOf(plain).replace(/^\./, '');
  return mailbox === '' && (providers.has(domain) || family.test(domain) || /^[.?]*$/.test(domain));
}
