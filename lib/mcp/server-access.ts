/** How a server is reached, with every value it is given; made for one connection and kept nowhere. */
export type ServerAccess =
  | {
      kind: 'process'
      /** The program, looked for where it runs, and its arguments. */
      program: readonly [string, ...string[]]
      env: Readonly<Record<string, string>>
      /** Names of hosts that it may reach from its sandbox. */
      hosts: readonly string[]
      /** Whether the operator lets it run outside of a sandbox. */
      isTrusted: boolean
    }
  | {
      kind: 'http'
      url: string
      headers: Readonly<Record<string, string>>
      /** Whether the operator configured it, and so may mean a machine of a private network. */
      mayBePrivate: boolean
    }

/** A server that a run may call. */
export type McpServer = {
  name: string
  access: ServerAccess
  /** Values that must be shown nowhere: what it answers is searched for them. */
  secrets: readonly string[]
}

/** Shorter values are no secrets: taking them out would only garble what a server says. */
const SHORTEST_SECRET = 6

/** A text of a server without the values it was given, as they are and as JSON writes them. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((one, other) => other.length - one.length)
    .reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text)
}
