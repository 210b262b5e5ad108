import { tell } from './api'
import { createLine, type OpenStream } from './line'
import type { LinePorts } from './line-ports'
import { api } from './paths'

const leadLock = 'skein.line'
const tabLock = (tab: string) => `skein.tab.${tab}`

let shared: OpenStream | null = null

/** Opens a topic on the connection that this browser's tabs share. */
export const openStream: OpenStream = (topic, after, agents) => {
  shared ??= createLine(browserPorts())
  return shared(topic, after, agents)
}

/** Locks need a secure context; without them, or without a channel, a tab leads itself and nobody else. */
function browserPorts(): LinePorts {
  const tab = `t${Math.floor(Math.random() * 1e15).toString(36)}`
  const isShared = 'locks' in navigator && 'BroadcastChannel' in window
  return { ...common, ...(isShared ? sharing(tab, navigator.locks) : alone), tab }
}

type Sharing = Pick<LinePorts, 'lead' | 'onTabGone' | 'post' | 'listen'>

function sharing(tab: string, locks: LockManager): Sharing {
  const channel = new BroadcastChannel('skein.line')
  // Held for as long as this tab is there: whoever asks for it learns of its end.
  locks.request(tabLock(tab), () => new Promise(() => {})).catch(ignoreEnd)
  return {
    lead: (isStealing, onHeld, onLost) => {
      const waiting = new AbortController()
      let isOver = false
      let giveUp = () => {}
      const hold = () =>
        new Promise<void>((resolve) => {
          if (isOver) return resolve()
          giveUp = resolve
          onHeld()
        })
      const options = isStealing ? { steal: true } : { signal: waiting.signal }
      locks.request(leadLock, options, hold).catch(() => {
        if (isOver) return
        isOver = true
        onLost()
      })
      return () => {
        isOver = true
        giveUp()
        waiting.abort()
      }
    },
    onTabGone: (gone, callback) => void locks.request(tabLock(gone), callback).catch(ignoreEnd),
    post: (message) => channel.postMessage(message),
    listen: (hear) => channel.addEventListener('message', ({ data }) => hear(data)),
  }
}

const alone: Sharing = {
  lead: (_isStealing, onHeld) => {
    let isOver = false
    queueMicrotask(() => {
      if (!isOver) onHeld()
    })
    return () => {
      isOver = true
    }
  },
  onTabGone: () => {},
  post: () => {},
  listen: () => {},
}

const common: Omit<LinePorts, keyof Sharing | 'tab'> = {
  openSource: (url) => new EventSource(url),
  putWatch: (runId, watcher, agents) => tell(api.watch(runId), { method: 'PUT', body: { watcher, agents } }),
  wait: (callback, ms) => {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
  every: (callback, ms) => void setInterval(callback, ms),
  onAway: (callback) => {
    addEventListener('pagehide', callback)
    document.addEventListener('freeze', callback)
  },
  onBack: (callback) => {
    addEventListener('pageshow', callback)
    document.addEventListener('resume', callback)
  },
  nowMs: () => Date.now(),
  random: () => Math.random(),
}

/** A lock is refused only to a page that is being closed. */
function ignoreEnd(): void {}
