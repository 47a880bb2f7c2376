/** On a dead-letter queue: the function that gave up on what is in it. `lapse redrive --stack` finds it by this. */
export const deadLetterTag = 'lapse:function';
