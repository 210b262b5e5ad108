/** Runs acts one after the other, in the order in which they were asked for: of two changes at once none is lost. */
export function inTurn(): <T>(act: () => Promise<T>) => Promise<T> {
  const line = {}
  return (act) => oneByOne(line, '', act)
}

/** The last act that was asked for on each thing, by whose it is and its name. */
const lines = new WeakMap<object, Map<string, Promise<unknown>>>()

/**
 * The same for acts that have one thing in common, named by `thing`, of an app or a store: what is looked at before an
 * await is still so when it is acted on.
 */
export function oneByOne<T>(of: object, thing: string, act: () => Promise<T>): Promise<T> {
  const own = lines.get(of) ?? new Map<string, Promise<unknown>>()
  lines.set(of, own)
  const done = (own.get(thing) ?? Promise.resolve()).catch(() => {}).then(act)
  own.set(thing, done)
  const leave = () => {
    if (own.get(thing) === done) own.delete(thing)
  }
  done.then(leave, leave)
  return done
}
