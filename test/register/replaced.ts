/** A register of which some answers are replaced, wherever they are asked for. */
import type { Register } from '#register/contract.ts';

export const replaced = (register: Register, answers: Partial<Register>): Register => ({
  ...register,
  ...answers,
  async reading(wanted) {
    const reading = await register.reading(wanted);
    const { load = reading.load, find = reading.find } = answers;
    const { remembered = reading.remembered, carriedOut = reading.carriedOut } = answers;
    const { carriedOutAmong = reading.carriedOutAmong } = answers;
    return {
      ...{ load, find, remembered, carriedOut, carriedOutAmong },
      life: async (id) => ({ ...(await reading.life(id)), exception: await load(id) }),
    };
  },
});
