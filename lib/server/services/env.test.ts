import { describe, expect, test } from 'vitest'
import { readEnvironment } from './env'

const read = (source: Record<string, string>) => readEnvironment(source, '/srv/skein')

const provider = {
  SKEIN_AUTH: 'team',
  SKEIN_URL: 'https://skein.example',
  SKEIN_OIDC_ISSUER: 'https://login.example',
  SKEIN_OIDC_CLIENT_ID: 'skein',
  SKEIN_OIDC_CLIENT_SECRET: 'of-this-test-alone',
}

describe('the environment', () => {
  test('hands on only what is named for MCP servers', () => {
    expect(
      read({ SKEIN_MCP_DOCS: 'a', ANTHROPIC_API_KEY: 'b', SKEIN_TEAM_TOKEN: 'c'.repeat(16) }).mcpValues,
    ).toEqual({
      SKEIN_MCP_DOCS: 'a',
    })
  })

  test('takes the folder of Claude Code from where it is said, else from home', () => {
    expect(read({ HOME: '/home/ann' }).claudeDir).toBe('/home/ann/.claude')
    expect(read({ HOME: '/home/ann', SKEIN_CLAUDE_DIR: '/srv/claude' }).claudeDir).toBe('/srv/claude')
  })

  test('has a default for everything', () => {
    expect(read({})).toEqual({
      port: 3000,
      home: null,
      claudeDir: null,
      log: { format: null, level: 'info' },
      sandbox: 'auto',
      secrets: [],
      telemetry: null,
      mcpValues: {},
      host: '127.0.0.1',
      dataDir: '/srv/skein/.skein',
      backupDir: '/srv/skein/.skein/backups',
      installDir: '/srv/skein',
      nextDir: '/srv/skein/.next',
      isDevelopment: false,
      privateNames: [],
      provider: 'simulator',
      apiKey: null,
      authToken: null,
      baseUrl: null,
      billingUrl: 'https://api.anthropic.com',
      workspaceRoots: ['/srv/skein'],
      maxConcurrency: 200,
      simulatorSpeed: 1,
      teamToken: null,
      team: null,
      trustedProxies: [],
      allowedHosts: [],
      batchPollSeconds: 60,
      webhookAllowsLoopback: false,
      privateHosts: [],
      secretsKey: null,
      gitEnvironment: {},
    })
  })

  test('takes the address of the Admin API without the slash at its end', () => {
    expect(read({ SKEIN_BILLING_URL: 'http://127.0.0.1:8080/admin/' }).billingUrl).toBe(
      'http://127.0.0.1:8080/admin',
    )
  })

  test('treats empty values as absent, and a key or a base URL as the wish for the real provider', () => {
    expect(read({ PORT: ' ', ANTHROPIC_API_KEY: '', SKEIN_PROVIDER: '' }).provider).toBe('simulator')
    expect(read({ ANTHROPIC_API_KEY: 'k' }).provider).toBe('anthropic')
    expect(read({ ANTHROPIC_BASE_URL: 'http://gateway' }).provider).toBe('anthropic')
    expect(read({ ANTHROPIC_API_KEY: 'k', SKEIN_PROVIDER: 'simulator' }).provider).toBe('simulator')
    expect(read({ ANTHROPIC_API_KEY: 'k', ANTHROPIC_AUTH_TOKEN: 't' })).toMatchObject({
      apiKey: 'k',
      authToken: null,
    })
    expect(read({ SKEIN_WORKSPACE_ROOTS: '/a, /b ,' }).workspaceRoots).toEqual(['/a', '/b'])
  })

  test.each([
    [{ PORT: 'http' }, 'PORT must be a whole number from 0 to 65535 (it is "http")'],
    [{ PORT: '70000' }, 'PORT must be a whole number'],
    [{ PORT: '30.5' }, 'PORT must be a whole number'],
    [
      { SKEIN_MAX_CONCURRENCY: '0' },
      'SKEIN_MAX_CONCURRENCY must be a whole number from 1 to 10000 (it is "0")',
    ],
    [{ SKEIN_SIMULATOR_SPEED: '-1' }, 'SKEIN_SIMULATOR_SPEED must be a number from 0 to 1000 (it is "-1")'],
    [{ SKEIN_SIMULATOR_SPEED: 'NaN' }, 'SKEIN_SIMULATOR_SPEED must be a number'],
    [{ SKEIN_PROVIDER: 'openai' }, 'SKEIN_PROVIDER must be `anthropic` or `simulator` (it is "openai")'],
    [
      { SKEIN_PROVIDER: 'anthropic' },
      'neither ANTHROPIC_API_KEY nor ANTHROPIC_AUTH_TOKEN nor ANTHROPIC_BASE_URL is set',
    ],
    [
      { ANTHROPIC_BASE_URL: 'gateway' },
      'ANTHROPIC_BASE_URL must be a URL that begins with http:// or https://',
    ],
    [{ ANTHROPIC_BASE_URL: 'ftp://gateway' }, 'ANTHROPIC_BASE_URL must be a URL'],
    [
      { SKEIN_BILLING_URL: 'billing' },
      'SKEIN_BILLING_URL must be a URL that begins with http:// or https://',
    ],
    [{ SKEIN_BILLING_URL: 'https://a:b@billing' }, 'SKEIN_BILLING_URL must hold no name, password, query or'],
    [
      { SKEIN_BILLING_URL: 'https://billing/?a=b' },
      'SKEIN_BILLING_URL must hold no name, password, query or',
    ],
    [
      { SKEIN_WORKSPACE_ROOTS: 'relative' },
      'SKEIN_WORKSPACE_ROOTS must list absolute folders, separated by commas (it has "relative")',
    ],
    [{ HOST: '0.0.0.0' }, 'so SKEIN_AUTH=team and SKEIN_ALLOWED_HOSTS must be set'],
    [{ HOST: '::' }, 'SKEIN_AUTH=team and SKEIN_ALLOWED_HOSTS'],
    [{ HOST: '0.0.0.0', SKEIN_TEAM_TOKEN: 'sixteen-letters-!' }, 'so SKEIN_ALLOWED_HOSTS must be set'],
    [{ HOST: '0.0.0.0', SKEIN_AUTH: 'team' }, 'so SKEIN_ALLOWED_HOSTS must be set'],
    [{ SKEIN_AUTH: 'none' }, 'SKEIN_AUTH must be `team`'],
    [{ SKEIN_TRUSTED_PROXIES: '10.0.0.0/8, proxy' }, 'SKEIN_TRUSTED_PROXIES must list addresses or networks'],
    [{ SKEIN_OIDC_ISSUER: 'https://login.example' }, 'need SKEIN_AUTH=team'],
    [{ SKEIN_AUTH: 'team', SKEIN_OIDC_ISSUER: 'https://login.example' }, 'Signing in by a provider needs'],
    [{ ...provider, SKEIN_OIDC_ROLES: 'admins' }, 'SKEIN_OIDC_ROLES must hold pairs like `admins=admin`'],
    [provider, 'SKEIN_OIDC_ROLES must say which group has which role'],
    [{ SKEIN_TEAM_TOKEN: 'short' }, 'SKEIN_TEAM_TOKEN must have at least 16 characters.'],
  ])('that is %j stops the start with a sentence', (source, sentence) => {
    expect(() => read(source)).toThrow(sentence)
    expect(() => read(source)).toThrow(expect.objectContaining({ name: 'EnvironmentError' }))
  })

  test('names every bad value at once, and shows no secret', () => {
    const message = (() => {
      try {
        read({ PORT: 'x', SKEIN_TEAM_TOKEN: 'hunter2', ANTHROPIC_BASE_URL: 'user:pw@host' })
        return ''
      } catch (error) {
        return String(error)
      }
    })()
    expect(message).toMatch(/PORT .*SKEIN_TEAM_TOKEN /s)
    expect(message).not.toMatch(/hunter2|user:pw/)
  })
})
