import { send } from '../http/api'
import { createAwakeTime } from '../http/awake-time'
import { laterApi } from '../http/later'
import { createSharedStream, type OpenStream } from './shared-stream'
import { acquireLeaderLease, type LeasePorts } from './shared-stream-lease'
import type { SharedStreamMessage } from './shared-stream-messages'
import type { SharedStreamPorts } from './shared-stream-ports'

const streamApi = laterApi(async () => (await import('@/lib/api/endpoints/stream-endpoints')).streamApi)

const leaderLock = 'skein.shared-stream'

const awake = createAwakeTime(() => performance.now())
/** Held while a tab is there: whichever tab asks for it learns of its end. */
const tabLock = (tab: string) => `skein.tab.${tab}`

let shared: OpenStream | null = null

/** Opens a topic on the connection that this browser's tabs share. */
export const openStream: OpenStream = (topic, after, agents) => {
  if (shared === null) {
    setInterval(awake.step, 1000)
    shared = createSharedStream(browserPorts())
  }
  return shared(topic, after, agents)
}

/**
 * Without a channel a tab leads itself and nobody else; without locks, as on plain HTTP, a lease says who
 * leads.
 */
function browserPorts(): SharedStreamPorts {
  const tab = `t${Math.floor(Math.random() * 1e15).toString(36)}`
  if (!('BroadcastChannel' in window)) return { ...common, ...alone, tab }
  // The types promise locks everywhere; browsers give them to secure contexts only.
  const locks: LockManager | undefined = navigator.locks
  if (locks === undefined) return { ...common, ...leasing(tab), ...channelled(Promise.resolve()), tab }
  // A leader that heard of a tab before its lock is held would take it for one that is gone.
  const present = new Promise<void>((resolve) => {
    const hold = () => {
      resolve()
      return new Promise(() => {})
    }
    locks.request(tabLock(tab), hold).catch(ignoreEnd)
  })
  return { ...common, ...locking(locks), ...channelled(present), tab }
}

type LeaderPorts = Pick<SharedStreamPorts, 'acquireLeaderLock' | 'onTabGone'>
type Sharing = LeaderPorts & Pick<SharedStreamPorts, 'post' | 'listen'>

/** Says nothing before this tab is present; then everything, in order. */
function channelled(present: Promise<void>): Pick<SharedStreamPorts, 'post' | 'listen'> {
  const channel = new BroadcastChannel('skein.shared-stream')
  let queued: SharedStreamMessage[] | null = []
  present.then(() => {
    for (const message of queued ?? []) channel.postMessage(message)
    queued = null
  }, ignoreEnd)
  return {
    post: (message) => {
      if (queued === null) channel.postMessage(message)
      else queued.push(message)
    },
    listen: (receive) => channel.addEventListener('message', ({ data }) => receive(data)),
  }
}

function leasing(tab: string): LeaderPorts {
  const key = leaderLock
  const ports: LeasePorts = {
    read: () => localStorage.getItem(key),
    write: (value) => localStorage.setItem(key, value),
    clear: () => localStorage.removeItem(key),
    onChange: (callback) => {
      const receive = (event: StorageEvent) => {
        if (event.key === key) callback()
      }
      addEventListener('storage', receive)
      return () => removeEventListener('storage', receive)
    },
    every: (callback, ms) => {
      const timer = setInterval(callback, ms)
      return () => clearInterval(timer)
    },
    nowMs: () => Date.now(),
    awakeMs: awake.now,
  }
  return {
    acquireLeaderLock: (isStealing, onAcquired, onLost) =>
      acquireLeaderLease(ports, tab, isStealing, onAcquired, onLost),
    // A tab that closes says so; one that crashes is streamed for until the next leader, which costs bytes
    // only.
    onTabGone: () => {},
  }
}

function locking(locks: LockManager): LeaderPorts {
  return {
    acquireLeaderLock: (isStealing, onAcquired, onLost) => {
      const waiting = new AbortController()
      let isOver = false
      let giveUp = () => {}
      const hold = () =>
        new Promise<void>((resolve) => {
          if (isOver) return resolve()
          giveUp = resolve
          onAcquired()
        })
      const options = isStealing ? { steal: true } : { signal: waiting.signal }
      locks.request(leaderLock, options, hold).catch(() => {
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
  }
}

const alone: Sharing = {
  acquireLeaderLock: (_isStealing, onAcquired) => {
    let isOver = false
    queueMicrotask(() => {
      if (!isOver) onAcquired()
    })
    return () => {
      isOver = true
    }
  },
  onTabGone: () => {},
  post: () => {},
  listen: () => {},
}

const common: Omit<SharedStreamPorts, keyof Sharing | 'tab'> = {
  openSource: (url) => new EventSource(url),
  putWatch: (runId, watcher, agents) =>
    send(streamApi.watchAgents, { params: { id: runId }, body: { watcher, agents: [...agents] } }),
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
  awakeMs: awake.now,
  random: () => Math.random(),
}

/** A lock is refused only to a page that is being closed. */
function ignoreEnd(): void {}
