import { closeSync, openSync, readlinkSync, readSync } from 'node:fs'

/** Processor time of one thread in milliseconds: what it worked, whatever else the machine was doing. */
export type CpuMeter = { ms(): number; close(): void }

/** Where the system tells what the calling thread has worked; null where it does not. */
export function ownThreadFile(): string | null {
  try {
    const file = `/proc/${readlinkSync('/proc/thread-self')}/schedstat`
    const meter = meterOf(file)
    const tells = meter !== null && meter.ms() > 0
    meter?.close()
    return tells ? file : null
  } catch {
    // Not a Linux, or a kernel built without these numbers.
    return null
  }
}

/**
 * The meter behind a thread's file; null when it cannot be opened. Read through one descriptor: a microsecond
 * each.
 */
export function meterOf(file: string): CpuMeter | null {
  try {
    const descriptor = openSync(file, 'r')
    const buffer = Buffer.alloc(64)
    let isOpen = true
    let lastMs = 0
    return {
      ms() {
        if (isOpen) lastMs = readMs(descriptor, buffer) ?? lastMs
        return lastMs
      },
      close() {
        if (isOpen) closeSync(descriptor)
        isOpen = false
      },
    }
  } catch {
    return null
  }
}

/** Null for a thread that has just ended: the system knows it no more, and it works no more either. */
function readMs(descriptor: number, buffer: Buffer): number | null {
  try {
    const length = readSync(descriptor, buffer, 0, buffer.length, 0)
    return Number(buffer.toString('latin1', 0, length).split(' ', 1)[0]) / 1e6
  } catch {
    return null
  }
}

/**
 * A meter of the calling thread: from the system's file, else from Node where it tells; null where neither
 * does.
 */
export function ownMeter(file: string | null): CpuMeter | null {
  if (file !== null) return meterOf(file)
  if (!('threadCpuUsage' in process) || typeof process.threadCpuUsage !== 'function') return null
  const usage = process.threadCpuUsage
  return {
    ms() {
      const { user, system } = usage.call(process)
      return (user + system) / 1000
    },
    close() {},
  }
}
