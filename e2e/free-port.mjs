import { createServer } from 'node:net'

/** Below the ports that systems give to whoever names none: nobody else comes by one of these by chance. */
const FIRST = 20_000
const LAST = 32_000

/**
 * A port of this machine that nobody listens on. It stays free for a server that is to come up, or to come back,
 * on it, though many others begin to listen meanwhile.
 */
export async function freePort() {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST))
    if (await canListen(port)) return port
  }
}

function canListen(port) {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
