/** Runs acts one after the other, in the order in which they were asked for: of two changes at once none is lost. */
export function inTurn(): (act: () => Promise<void>) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve()
  return (act) => {
    const done = last.catch(() => {}).then(act)
    last = done
    return done
  }
}
