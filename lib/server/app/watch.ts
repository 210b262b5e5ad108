import type { Cancel, Clock } from '@/lib/core/ports/clock'

/**
 * What does something again and again beside all other work. `wake` has it look at once, `atRest` resolves when it
 * has done what there was to do.
 */
export type Watch = { wake(): void; atRest(): Promise<void>; close(): Promise<void> }

type Parts = {
  clock: Clock
  /** Does what there is to do. Gives the milliseconds until there is more; null where nothing will come. */
  work(isClosed: () => boolean): Promise<number | null>
  /** Longest wait before it is looked again: the clock may have been set meanwhile. */
  mostWaitMs: number
  report(error: unknown): void
}

/** One pass of work after the other, never two at once; what fails is reported and tried again. */
export function createWatch({ clock, work, mostWaitMs, report }: Parts): Watch {
  let timer: Cancel = () => {}
  let going: Promise<void> | null = null
  let isAsked = false
  let isClosed = false

  const wake = () => {
    if (isClosed) return
    isAsked = true
    going ??= pass().finally(() => {
      going = null
      if (isAsked) wake()
    })
  }

  const pass = async () => {
    isAsked = false
    timer()
    const waitMs = await work(() => isClosed).catch((error: unknown) => {
      report(error)
      return mostWaitMs
    })
    if (!isClosed && waitMs !== null) timer = clock.after(Math.min(waitMs, mostWaitMs), wake)
  }

  return {
    wake,
    async atRest() {
      while (going !== null) await going
    },
    async close() {
      isClosed = true
      isAsked = false
      timer()
      await going
    },
  }
}
