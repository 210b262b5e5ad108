/** The port inside at which programs reach the proxy for allowed hosts. */
const FORWARDED_PORT = 3128
/** The proxy's socket, as it is seen inside. */
export const SOCKET_INSIDE = '/run/skein-proxy'

/**
 * A program for Node that passes a port inside on to the proxy's socket. It closes its output once it listens,
 * which is what the driver waits for.
 */
export const forwarderText = `const { closeSync, openSync } = require('node:fs')
const net = require('node:net')
const server = net.createServer({ allowHalfOpen: true }, (client) => {
  const proxy = net.connect({ path: '${SOCKET_INSIDE}', allowHalfOpen: true })
  const end = () => {
    client.destroy()
    proxy.destroy()
  }
  client.on('error', end).pipe(proxy)
  proxy.on('error', end).pipe(client)
})
server.listen(${FORWARDED_PORT}, '127.0.0.1', () => {
  closeSync(1)
  // Else a connection would get its number, which Node takes for a mistake.
  openSync('/dev/null', 'w')
})
`

/** What programs read to find the proxy. */
export function proxyEnvironment(): Record<string, string> {
  const address = `http://127.0.0.1:${FORWARDED_PORT}`
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy']
  return {
    ...Object.fromEntries(names.map((name) => [name, address])),
    npm_config_proxy: address,
    npm_config_https_proxy: address,
    NO_PROXY: 'localhost,127.0.0.1,::1',
    no_proxy: 'localhost,127.0.0.1,::1',
    // Node 24 reads the names above only when it is told to.
    NODE_USE_ENV_PROXY: '1',
  }
}
