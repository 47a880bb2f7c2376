import type { Guard } from '../guard.ts';

export const domain: readonly Guard[] = [
  {
    without: 'who made an exception of high risk approves it',
    file: 'functions/domain/authority.ts',
    find: "if (makers.some(({ slackUser }) => slackUser === by.slackUser)) return 'four-eyes';",
    replace: '',
    tests: ['test/domain/authority.test.ts'],
  },
  {
    without: 'an answer to a card that has been overtaken counts',
    file: 'functions/domain/decide-answer.ts',
    find: "'seen' in command && command.seen < state.asOf",
    replace: "'seen' in command && state.version < 0",
    tests: ['test/domain/lifecycle.test.ts'],
  },
];
