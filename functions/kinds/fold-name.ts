/** The form in which two spellings of one name are equal: Exchange compares names without regard to case. */
export const foldName = (name: string): string => name.normalize('NFC').toLowerCase();
