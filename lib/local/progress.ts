/** How far what runs here has come. */
export interface Unfinished {
  readonly waiting: number;
  readonly dead: number;
  /** The same by function. */
  readonly queues: Readonly<Record<string, { readonly waiting: number; readonly dead: number }>>;
}

export interface Advanced {
  readonly settled: boolean;
  /** How often each scheduled function ran. */
  readonly ran: Readonly<Record<string, number>>;
}
