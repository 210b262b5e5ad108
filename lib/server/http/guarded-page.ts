import { randomBytes } from 'node:crypto'
import { type NextRequest, NextResponse } from 'next/server'
import { processEnvironment } from '../services/env'
import { type BuiltHashes, readBuiltHashes } from './built-hashes'
import { developmentPolicy, pagePolicy } from './security-headers'

/** Under this name a page that is made for a request finds the word its scripts have to bear. */
export const NONCE_HEADER = 'x-nonce'

/**
 * The same for all pages of this process: a page that was built into a file cannot contain a new one for each
 * request.
 */
const styleNonce = newNonce()

let hashes: BuiltHashes | null = null

/**
 * Lets a page through under a policy of what it may run; Next marks its own scripts by the policy of the
 * request.
 */
export function guardedPage(request: NextRequest): NextResponse {
  const { isDevelopment, nextDir } = processEnvironment()
  const nonce = newNonce()
  hashes ??= isDevelopment ? { scriptHashes: [], styleHashes: [] } : readBuiltHashes(nextDir)
  const policy = isDevelopment ? developmentPolicy() : pagePolicy({ ...hashes, nonce, styleNonce })
  const headers = new Headers(request.headers)
  headers.set('content-security-policy', policy)
  headers.set(NONCE_HEADER, nonce)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  tellStyleNonce(request, response)
  return response
}

/**
 * Scripts of a page that was built into a file read the word for styles from a cookie. Cookies do not tell
 * ports apart, and two servers on one machine should not take each other's.
 */
function tellStyleNonce(request: NextRequest, response: NextResponse): void {
  const name = `skein_style_${new URL(`http://${request.headers.get('host') ?? 'localhost'}`).port || '80'}`
  if (request.cookies.get(name)?.value === styleNonce) return
  response.cookies.set(name, styleNonce, { path: '/', sameSite: 'strict', httpOnly: false })
}

function newNonce(): string {
  return randomBytes(18).toString('base64url')
}
