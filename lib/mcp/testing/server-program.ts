import { appendFileSync, readFileSync } from 'node:fs'
import { inputRequired, Server } from '@modelcontextprotocol/server'
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'

/** Programs of servers that behave, and that do not; which one is the first argument. */
const asked = process.argv[2] ?? 'plain'
/** A word in a file that is no part of the workspace's revision, so that a server can change beside it. */
const mode = asked === 'of-file' ? readFileSync('node_modules/mode', 'utf8') : asked
/** A file in which it writes down what it was called with, if it can write at all. */
const diary = process.argv[3]

const object = (properties: Record<string, object> = {}, required: string[] = []) => ({
  type: 'object' as const,
  properties,
  required,
})
type Described = { name: string; description: string; inputSchema: { type: 'object' } }

const plain: Described[] = [
  { name: 'echo', description: 'Says it again', inputSchema: object({ text: { type: 'string' } }, ['text']) },
  ...[
    'env',
    'read',
    'crash',
    'hang',
    'big',
    'ask',
    'sample',
    'image',
    'swap',
    'roots',
    'many',
    'fail',
    'pid',
  ].map((name) => ({ name, description: name, inputSchema: object() })),
]

const odd: Described[] = [
  { name: 'a.b', description: 'dots', inputSchema: object() },
  { name: 'a/b', description: 'slashes', inputSchema: object() },
  { name: 'a b', description: 'spaces', inputSchema: object() },
  { name: '__x__', description: 'marks', inputSchema: object() },
  { name: '日本', description: 'letters of others', inputSchema: object() },
  { name: '../../etc', description: 'a way out', inputSchema: object() },
  { name: 'x'.repeat(400), description: 'long', inputSchema: object() },
  { name: 'y'.repeat(2_000), description: 'far too long', inputSchema: object() },
  { name: 'wordy', description: 'w'.repeat(1_000_000), inputSchema: object() },
  {
    name: 'lies',
    description: 'no schema',
    inputSchema: { type: 'object', properties: { a: { type: 'nonsense' } } } as never,
  },
  {
    name: 'evil',
    description: 'a slow pattern',
    inputSchema: object({ a: { type: 'string', pattern: '^(a+)+$' } }),
  },
  {
    name: 'wide',
    description: 'a large schema',
    inputSchema: object(
      Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`p${at}`, { type: 'string' }])),
    ),
  },
  {
    name: 'either',
    description: 'alternatives at the top',
    inputSchema: {
      type: 'object',
      anyOf: [{ required: ['a'] }, { required: ['b'] }],
      properties: { a: {}, b: {} },
    } as never,
  },
  { name: `key ${process.env.TOKEN ?? ''}`, description: `uses ${process.env.TOKEN}`, inputSchema: object() },
  {
    name: 'tells',
    description: `uses ${process.env.TOKEN}`,
    inputSchema: object({ a: { type: 'string', default: process.env.TOKEN ?? '' } }),
  },
  ...Array.from({ length: 150 }, (_, at) => ({
    name: `z${at}`,
    description: 'one of many',
    inputSchema: object(),
  })),
]

/** The same names and schemas, described otherwise. */
const described = plain.map((tool) => ({ ...tool, description: `${tool.description}, otherwise` }))
let tools = { odd, described }[mode] ?? plain

function make(): Server {
  const server = new Server(
    { name: 'of a test', version: '1' },
    { capabilities: { tools: { listChanged: true } } },
  )
  server.setRequestHandler('tools/list', async () => ({ tools }))
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    if (diary !== undefined) appendFileSync(diary, `${params.name}\n`)
    const text = (said: string) => ({ content: [{ type: 'text' as const, text: said }] })
    switch (params.name) {
      case 'echo':
        return text(String(params.arguments?.text))
      case 'env':
        return text(JSON.stringify(process.env))
      case 'read':
        return text(readFileSync(String(params.arguments?.path), 'utf8'))
      case 'crash':
        return process.exit(3)
      case 'hang':
        return new Promise(() => {})
      case 'big':
        return text('b'.repeat(50_000_000))
      case 'many':
        return text(`${'m'.repeat(29_995)}${process.env.TOKEN}${'n'.repeat(100_000)}`)
      case 'pid':
        return text(String(process.pid))
      case 'ask':
        return isModern()
          ? inputRequired({
              inputRequests: {
                name: {
                  method: 'elicitation/create',
                  params: {
                    mode: 'form',
                    message: 'Your name?',
                    requestedSchema: object({ name: { type: 'string' } }),
                  },
                } as never,
              },
            })
          : text(
              JSON.stringify(
                await server.elicitInput({
                  message: 'Your name?',
                  requestedSchema: { type: 'object', properties: {} },
                }),
              ),
            )
      case 'sample':
        return text(
          JSON.stringify(
            await server
              .createMessage({ messages: [], maxTokens: 100 })
              .catch((error: Error) => error.message),
          ),
        )
      case 'roots':
        return text(JSON.stringify(await server.listRoots().catch((error: Error) => error.message)))
      case 'image':
        return {
          content: [
            { type: 'image', data: 'A'.repeat(4_000), mimeType: 'image/png' },
            { type: 'resource', resource: { uri: 'file:///a.txt', text: 'inside' } },
          ],
        }
      case 'swap':
        tools = [...plain, { name: 'new', description: 'came later', inputSchema: object() }]
        await context.mcpReq.notify({ method: 'notifications/tools/list_changed' })
        await server.sendToolListChanged().catch(() => {})
        return text('swapped')
      case 'fail':
        return { ...text(`it failed with ${process.env.TOKEN}`), isError: true }
      default:
        throw new Error(`no such tool ${params.name} ${process.env.TOKEN}`)
    }
  })
  return server
}

function isModern(): boolean {
  return mode === 'modern'
}

if (mode === 'mute') process.stdin.resume()
else if (mode === 'noisy') {
  const flood = () => {
    for (let time = 0; time < 20; time++) process.stderr.write('noise '.repeat(10_000))
    setImmediate(flood)
  }
  flood()
  serveStdio(make)
} else if (mode === 'chatty') {
  process.stdout.write('Welcome!\n{"jsonrpc":"1.0"}\n[1,2\n\n')
  serveStdio(make)
} else if (mode === 'deep') {
  process.stdout.write(`${'['.repeat(200_000)}\n`)
  serveStdio(make)
} else if (mode === 'endless') {
  const more = () => {
    while (process.stdout.write('x'.repeat(65_536)));
  }
  process.stdout.on('drain', more)
  more()
} else if (mode === 'legacy') void make().connect(new StdioServerTransport())
else serveStdio(make)
