import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { z } from 'zod'

type Claims = Record<string, unknown>

/** What the issuer is made to say: claims over the true ones, or another key to sign with. */
export type Lie = { claims?: Claims; isForged?: boolean; hasNoToken?: boolean; algorithm?: 'none' | 'HS256' }

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * A provider of OpenID Connect on this machine: discovery, keys, and a token for each code. It keeps to the
 * protocol, PKCE and the client's secret included, but for the lies it is told to tell.
 */
export async function startIssuer(client: { id: string; secret: string }) {
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const codes = new Map<string, { nonce: string; challenge: string; claims: Claims; lie: Lie }>()
  let url = ''
  const refused: string[] = []

  const token = (claims: Claims, { isForged, algorithm }: Lie): string => {
    const head = base64({ alg: algorithm ?? 'RS256', kid: 'k1', typ: 'JWT' })
    const body = `${head}.${base64(claims)}`
    if (algorithm === 'none') return `${body}.`
    const key = isForged === true ? other.privateKey : own.privateKey
    return `${body}.${sign('sha256', Buffer.from(body), key).toString('base64url')}`
  }

  // As long as people's server does: a test that keeps the loop busy would lose the connection it asks on next.
  const server = createServer({ keepAliveTimeout: 75_000 }, async (request, response) => {
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    const { pathname } = new URL(request.url ?? '/', url)
    if (pathname === '/.well-known/openid-configuration')
      return json({
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        userinfo_endpoint: `${url}/userinfo`,
        jwks_uri: `${url}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      })
    if (pathname === '/keys')
      return json({
        keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }],
      })
    if (pathname === '/userinfo') return json({ sub: 'eve', email: 'eve@example.org', groups: ['admins'] })
    const asked = new URLSearchParams(await text(request))
    const code = codes.get(asked.get('code') ?? '')
    codes.delete(asked.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(asked.get('code_verifier') ?? '')
      .digest('base64url')
    const given = asked.get('client_secret') ?? basicOf(request.headers.authorization)
    if (code === undefined || code.challenge !== challenge || given !== client.secret) {
      refused.push(code === undefined ? 'code' : 'verifier or secret')
      return json({ error: 'invalid_grant' }, 400)
    }
    const nowSeconds = Math.floor(Date.now() / 1000)
    const truth = { iss: url, aud: client.id, iat: nowSeconds, exp: nowSeconds + 300, nonce: code.nonce }
    const idToken = token({ ...truth, ...code.claims, ...code.lie.claims }, code.lie)
    return json({
      access_token: 'of-the-provider-alone',
      refresh_token: 'of-the-provider-alone-too',
      token_type: 'Bearer',
      expires_in: 300,
      ...(code.lie.hasNoToken === true ? {} : { id_token: idToken }),
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}`
  return {
    get url() {
      return url
    },
    refused,
    /** Somebody signs in there: the query with which the provider sends their browser back. */
    approve(address: string, claims: Claims, lie: Lie = {}): URLSearchParams {
      const asked = new URL(address).searchParams
      const code = randomUUID()
      codes.set(code, {
        nonce: asked.get('nonce') ?? '',
        challenge: asked.get('code_challenge') ?? '',
        claims,
        lie,
      })
      return new URLSearchParams({ code, state: asked.get('state') ?? '' })
    },
    close: () => server.close(),
  }
}
export type Issuer = Awaited<ReturnType<typeof startIssuer>>

function basicOf(header: string | undefined): string {
  const pair = Buffer.from(header?.replace(/^Basic /, '') ?? '', 'base64').toString('utf8')
  return decodeURIComponent(pair.slice(pair.indexOf(':') + 1))
}
