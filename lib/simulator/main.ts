import { parseArgs } from 'node:util'
import { startSimulatorServer } from './server'

/**
 * The simulator as its own process. Prints `{"port":N}` on one line, and ends when its standard input or its
 * channel to the parent closes.
 *
 * `simulator.mjs --port 0 --seed 1 --speed 1 --faults '[{"fault":{"kind":"reset"}}]'`
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env.SKEIN_SIMULATOR_PORT ?? '0' },
      seed: { type: 'string', default: process.env.SKEIN_SIMULATOR_SEED ?? '1' },
      speed: { type: 'string', default: process.env.SKEIN_SIMULATOR_SPEED ?? '1' },
      faults: { type: 'string', default: process.env.SKEIN_SIMULATOR_FAULTS ?? '[]' },
    },
  })
  process.stdin.on('end', () => process.exit(0))
  process.stdin.on('close', () => process.exit(0))
  process.on('disconnect', () => process.exit(0))
  process.stdin.resume()
  const faults = [JSON.parse(values.faults)].flat()
  const server = await startSimulatorServer({
    port: Number(values.port),
    seed: values.seed,
    speed: Number(values.speed),
    faults,
  })
  process.stdout.write(`${JSON.stringify({ port: server.port })}\n`)
}

main().catch((error: unknown) => {
  process.stderr.write(`simulator: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
