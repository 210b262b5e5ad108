/** Requests that leave in one turn of the event loop: to make and send one takes about a millisecond. */
const AT_ONCE = 8

/**
 * A gate before requests: of many that leave at once, some leave in each turn of the event loop, in order, so that a
 * thousand of them never hold up who else is to be answered.
 */
export function leaveInTurns(atOnce = AT_ONCE): () => Promise<void> {
  const waiting: (() => void)[] = []
  let left = 0
  let isCounting = false

  function nextTurn(): void {
    const free = waiting.splice(0, atOnce)
    left = free.length
    for (const leave of free) leave()
    isCounting = left > 0
    if (isCounting) setImmediate(nextTurn)
  }

  return () => {
    if (!isCounting) {
      isCounting = true
      left = 0
      setImmediate(nextTurn)
    }
    if (left >= atOnce || waiting.length > 0) return new Promise((resolve) => waiting.push(resolve))
    left += 1
    return Promise.resolve()
  }
}
