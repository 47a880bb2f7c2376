import { lifecycleEventSchema, lifecycleSource } from '#bus/lifecycle-event.ts';
import type { LocalDeployment } from '#lib/local/deployment.ts';
import { narrate } from '#lib/local/narrate.ts';

/** Reports what happens as it happens, by listening on the bus. `told` waits until everything heard is reported. */
export function tellStory(
  { subscribe, register }: Pick<LocalDeployment, 'subscribe' | 'register'>,
  say: (line: string) => void,
): { told(): Promise<void> } {
  let telling = Promise.resolve();
  subscribe(({ source, detail }) => {
    const event = source === lifecycleSource ? lifecycleEventSchema.safeParse(detail) : undefined;
    if (!event?.success) return;
    const { metadata, data } = event.data;
    // One after the other: each needs a look at the register, and their order matters.
    telling = telling
      .then(async () => {
        const exception = await register.load(metadata.exception_id);
        const line = exception && narrate(data, exception);
        if (line !== undefined) say(`${line}  [${metadata.exception_id}]`);
      })
      .catch(() => undefined);
  });
  return { told: () => telling };
}
