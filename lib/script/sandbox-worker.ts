import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import type { Command } from '@/lib/core/ports/sandbox'
import { ownMeter, ownThreadFile } from '@/lib/threads/cpu-meter'
import { beats, type FromSandbox, facts, type ToSandbox } from './protocol'
import { type Pulse, ScriptEngine } from './script-engine'

// The thread a script lives in: one engine, one script, one message in and one out at a time.
const port = parentPort
if (port === null) throw new Error('The sandbox runs in a worker thread')

const signs: unknown = workerData
if (!(signs instanceof Int32Array)) throw new Error('The sandbox takes shared numbers as its data')
const shared = signs

// Bundled beside this file, as text: the sandbox's own engine evaluates it.
const prelude = readFileSync(new URL('prelude.js', import.meta.url), 'utf8')

const file = ownThreadFile()
const meter = ownMeter(file)
const pulse: Pulse = {
  cpuMs: meter?.ms ?? null,
  beat: () => void Atomics.add(shared, beats, 1),
  begin: () => void Atomics.add(shared, facts, 1),
}
const send = (message: FromSandbox) => port.postMessage(message)

let engine: ScriptEngine | null = null

port.on('message', async (message: ToSandbox) => {
  switch (message.type) {
    case 'stop':
      engine = null
      return
    case 'start': {
      engine = await ScriptEngine.create(message.start, pulse, prelude)
      // What it asked for then has been carried out by the one who began it before.
      const first = engine.takeCommands()
      for (const delivery of message.told) {
        engine.deliver(delivery)
        engine.takeCommands()
      }
      send({ type: 'rests', commands: message.told.length === 0 ? first : [], taken: 0 })
      return
    }
    case 'facts': {
      let taken = 0
      let commands: Command[] = []
      for (const delivery of message.facts) {
        if (engine === null) break
        engine.deliver(delivery)
        taken += 1
        commands = engine.takeCommands()
        if (commands.length > 0) break
      }
      send({ type: 'rests', commands, taken })
    }
  }
})
send({ type: 'ready', file })
