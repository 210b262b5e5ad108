import { refusedPaths } from '@/lib/server/http/request-guard'
import { route } from '@/lib/server/http/route'
import { Refusal } from '@/lib/server/services/problem'

/** Whatever has no address of its own: said as a problem, as everything else is. */
const refuse = route(({ url: { pathname } }) => {
  if (pathname === refusedPaths.address)
    throw new Refusal('bad-request', 'Invalid percent-encoding in the address.')
  if (pathname === refusedPaths.method)
    throw new Refusal(
      'no-such-method',
      'Method not supported. Use GET, HEAD, POST, PUT, PATCH or DELETE; /api/openapi.json lists the methods of each path.',
    )
  throw new Refusal('not-found', `Nothing at ${pathname}. /api/openapi.json lists all paths.`)
})

export {
  refuse as DELETE,
  refuse as GET,
  refuse as HEAD,
  refuse as OPTIONS,
  refuse as PATCH,
  refuse as POST,
  refuse as PUT,
}
