import type { JsonObject } from '@/lib/core/base/json'

/** The `error.type` that goes with each status on the real wire. */
const TYPE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

const MESSAGE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'Simulated: the request is invalid',
  401: 'invalid x-api-key',
  402: 'Simulated: there is a problem with billing',
  403: 'Simulated: your API key may not use this resource',
  404: 'Simulated: not found',
  413: 'Request exceeds the maximum size',
  429: "Simulated: this request would exceed your organization's rate limit",
  500: 'Internal server error',
  504: 'Request timed out',
  529: 'Overloaded',
}

/** A request that is answered with an HTTP error instead of a message. */
export class Refused extends Error {
  readonly status: number
  readonly retryAfterSeconds: number | null
  readonly errorCode: string | null

  constructor(
    status: number,
    message?: string,
    extra: { retryAfterSeconds?: number; errorCode?: string } = {},
  ) {
    super(message ?? MESSAGE_OF_STATUS[status] ?? `Simulated status ${status}`)
    this.name = 'Refused'
    this.status = status
    this.retryAfterSeconds = extra.retryAfterSeconds ?? null
    this.errorCode = extra.errorCode ?? null
  }
}

/** A 400 with the given words. */
export function invalid(message: string, errorCode?: string): Refused {
  return new Refused(400, message, errorCode === undefined ? {} : { errorCode })
}

/** The `error.type` of a status; unlisted server errors are `api_error`. */
export function errorTypeOf(status: number): string {
  return TYPE_OF_STATUS[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error')
}

/** The JSON body of an error. 413 comes from the edge, which knows no request id. */
export function errorBody(refused: Refused, requestId: string | null): JsonObject {
  const error: JsonObject = { type: errorTypeOf(refused.status), message: refused.message }
  if (refused.errorCode !== null) error.details = { error_code: refused.errorCode }
  const body: JsonObject = { type: 'error', error }
  if (refused.status !== 413) body.request_id = requestId
  return body
}

/** What a gateway in front of the API answers when it cannot reach it. */
export const GATEWAY_PAGE = `<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>cloudflare</center>
</body>
</html>
`
