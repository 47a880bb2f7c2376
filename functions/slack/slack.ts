/** What Lapse needs from Slack. `client.ts` does it over the network; every call throws as `failure.ts` says. */
import type { Card, Standing } from '#lifecycle/exception.ts';
import type { HomeView, KnownBlock, ModalView } from '@slack/types';
import type { Installation } from './standing.ts';

/** Which message that is: of an exception, called for by that version, to that owner or channel. */
export interface About {
  readonly exception: string;
  readonly version: number;
  readonly to: string;
}

/** `text` is what notifications and screen readers read, and is parsed: build it with `lines.ts`. */
export interface Message {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
  /** By which Lapse knows its own message again: nobody sees it. */
  readonly about?: About;
}

export interface SlackPerson {
  readonly id: string;
  readonly address?: string;
  /** Their organisation, else their workspace, as far as Slack says. */
  readonly team?: string;
  /** IANA zone, as far as Slack says. */
  readonly timeZone?: string;
  /** Only a member of Lapse's own workspace or organisation may answer. */
  readonly standing: Standing;
}

/** A form that somebody sees. */
export interface OpenForm {
  readonly id: string;
  readonly hash?: string;
}

export interface Slack {
  /** Where Lapse itself is installed. */
  installation(): Promise<Installation>;
  personAt(address: string): Promise<SlackPerson>;
  person(id: string): Promise<SlackPerson>;
  /** The user ids in a user group (`S…`). */
  members(group: string): Promise<readonly string[]>;
  /**
   * `channel` may be a user id; the card contains the id of the conversation with which Slack answered. `thread`: the
   * message (`ts`) that it answers; `broadcast`: the answer is shown in the channel as well.
   */
  post(channel: string, message: Message, thread?: string, broadcast?: boolean): Promise<Card>;
  /** A message of Lapse's own among the newest of a conversation. */
  findOwn(channel: string, about: About): Promise<Card | undefined>;
  update(card: Card, message: Message): Promise<void>;
  /** Seen by one person, once. */
  whisper(channel: string, user: string, message: Message): Promise<void>;
  /** Must be called within three seconds of the press that gave the trigger. */
  openForm(trigger: string, view: ModalView): Promise<OpenForm>;
  /** Puts another form in the place of one that is open, unless that has changed since `hash`. */
  updateForm(form: OpenForm, view: ModalView): Promise<void>;
  publishHome(user: string, view: HomeView): Promise<void>;
}
