import { setMaxListeners } from 'node:events'

/** Who asks, and what it wants to hear while it waits. */
export type Waiter = {
  /** Those with the same owner, a run, wait in one line; the lines take turns. */
  owner: string
  signal: AbortSignal
  /** How many go before it, told at once and whenever it changes. */
  onWait?: (ahead: number) => void
}

/** How many commands of an owner wait, and how many are at work. */
export type OwnerLoad = { owner: string; waiting: number; working: number }

/** Lets at most as many commands work at once as there are slots. */
export type CommandQueue = {
  /**
   * Resolves once there is a slot, with the function that gives it back. Rejects with the signal's reason
   * when it is aborted while it waits.
   */
  enter(waiter: Waiter): Promise<() => void>
  /** Who waits and works now. */
  load(): OwnerLoad[]
}

type Place = Waiter & { told: number | null; begin(): void }

/** A queue that is fair between owners: each in turn gets one slot, in the order in which they came. */
export function createCommandQueue(slots: number): CommandQueue {
  /** Waiting places by owner; the owner whose turn it is comes first. */
  const lines = new Map<string, Place[]>()
  const working = new Map<string, number>()
  let free = slots

  function enter(waiter: Waiter): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (waiter.signal.aborted) return reject(waiter.signal.reason)
      const leave = () => {
        forget(place)
        reject(waiter.signal.reason)
        tell()
      }
      const begin = () => {
        waiter.signal.removeEventListener('abort', leave)
        resolve(occupied(waiter.owner))
      }
      const place: Place = { ...waiter, told: null, begin }
      // A whole run may share one signal; Node would warn of a leak at the eleventh.
      setMaxListeners(0, waiter.signal)
      waiter.signal.addEventListener('abort', leave, { once: true })
      const line = lines.get(waiter.owner)
      if (line === undefined) lines.set(waiter.owner, [place])
      else line.push(place)
      pump()
    })
  }

  function pump(): void {
    for (const [owner, [first]] of lines) {
      if (free === 0 || first === undefined) break
      forget(first)
      // Whoever got a slot waits behind the others for its next one.
      const left = lines.get(owner)
      if (left !== undefined && lines.delete(owner)) lines.set(owner, left)
      free -= 1
      first.begin()
    }
    tell()
  }

  function occupied(owner: string): () => void {
    working.set(owner, (working.get(owner) ?? 0) + 1)
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      free += 1
      const left = (working.get(owner) ?? 1) - 1
      if (left === 0) working.delete(owner)
      else working.set(owner, left)
      pump()
    }
  }

  function forget(place: Place): void {
    const line = lines.get(place.owner) ?? []
    const left = line.filter((one) => one !== place)
    if (left.length === 0) lines.delete(place.owner)
    else lines.set(place.owner, left)
  }

  function tell(): void {
    const all = [...lines.values()]
    all.forEach((line, turn) => {
      line.forEach((place, round) => {
        const ahead = aheadOf(all, turn, round)
        if (place.told === ahead) return
        place.told = ahead
        place.onWait?.(ahead)
      })
    })
  }

  return {
    enter,
    load() {
      const owners = new Set([...lines.keys(), ...working.keys()])
      return [...owners].map((owner) => ({
        owner,
        waiting: lines.get(owner)?.length ?? 0,
        working: working.get(owner) ?? 0,
      }))
    },
  }
}

/** How many begin before the place that is `round`th in its line, when the lines take turns. */
function aheadOf(lines: readonly Place[][], turn: number, round: number): number {
  const before = lines.map((line, other) => {
    if (other === turn) return round
    return Math.min(line.length, other < turn ? round + 1 : round)
  })
  return before.reduce((sum, count) => sum + count, 0)
}
