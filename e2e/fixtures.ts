import { test as base, expect } from '@playwright/test'
import { Api } from './api'
import { OwnServer, type ServerSettings } from './server'

type Fixtures = {
  /** The suite's own server, asked behind the page's back. */
  api: Api
  /** Errors a test brings about on purpose, such as the refused connections of a killed server. */
  expectedErrors: RegExp | null
  /** Starts a server of the test's own; it is killed and its data removed when the test ends. */
  newServer: (settings?: Omit<ServerSettings, 'port' | 'dataDir'>) => Promise<OwnServer>
}

export const test = base.extend<Fixtures>({
  api: async ({ request }, use) => {
    await use(new Api(request))
  },

  expectedErrors: async ({ browserName: _ }, use) => {
    await use(null)
  },

  // A page that complains in its console is broken, whatever else a test looks at.
  // It asks for `newServer` so that its servers go last: a page whose server dies complains of that too.
  page: async ({ page, expectedErrors, newServer: _ }, use) => {
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.stack ?? error.message))
    await use(page)
    const stray = complaints.filter((text) => expectedErrors?.test(text) !== true)
    expect(stray, 'errors in the browser console').toEqual([])
  },

  newServer: async ({ browserName: _ }, use) => {
    const servers: OwnServer[] = []
    await use(async (settings) => {
      const server = await OwnServer.create(settings)
      servers.push(server)
      return server
    })
    await Promise.all(servers.map((server) => server.remove()))
  },
})

export { expect }
